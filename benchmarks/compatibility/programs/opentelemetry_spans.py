"""Records spans and metrics; the context and the samplers come from entry points of its own, of a shared namespace."""

WHEELS = ("opentelemetry-api==1.45.2", "opentelemetry-sdk==1.45.2", "opentelemetry-semantic-conventions==0.66b2")


def run() -> str:
    import json
    import os

    os.environ["OTEL_TRACES_SAMPLER"] = "traceidratio"
    os.environ["OTEL_TRACES_SAMPLER_ARG"] = "1.0"
    from opentelemetry import baggage, context, metrics, propagate, trace
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": "demo"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    tracer = trace.get_tracer(__name__, "1.0")
    lines = [type(provider.sampler).__name__, type(context._RUNTIME_CONTEXT).__name__]
    with tracer.start_as_current_span("outer") as span:
        span.set_attribute("a", 1)
        with tracer.start_as_current_span("inner"):
            token = context.attach(baggage.set_baggage("k", "v"))
            carrier = {}
            propagate.inject(carrier)
            lines.append(str(sorted(carrier)))
            context.detach(token)
        try:
            with tracer.start_as_current_span("bad"):
                raise KeyError("lost")
        except KeyError:
            pass
    for each in exporter.get_finished_spans():
        events = [(event.name, dict(event.attributes).get("exception.type")) for event in each.events]
        lines.append(
            f"{each.name} {dict(each.attributes)} {each.status.status_code} {events} {each.instrumentation_scope.name}"
        )
    lines.append(str(json.loads(exporter.get_finished_spans()[0].to_json())["kind"]))
    reader = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([reader]))
    counter = metrics.get_meter(__name__).create_counter("hits")
    counter.add(2, {"x": "y"})
    counter.add(3, {"x": "y"})
    data = reader.get_metrics_data()
    point = data.resource_metrics[0].scope_metrics[0].metrics[0].data.data_points[0]
    lines.append(f"{point.value} {dict(point.attributes)}")
    lines.append(str(Resource.create().attributes["telemetry.sdk.version"]))
    lines.append(type(propagate.get_global_textmap()).__name__)
    return "\n".join(lines)
