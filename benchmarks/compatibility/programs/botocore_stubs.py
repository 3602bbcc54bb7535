"""Calls services through clients whose answers are stubbed, from the data that the wheel carries; no network."""

WHEELS = ("botocore==1.40.50", "boto3==1.40.50", "s3transfer==0.14.0")


def run() -> str:
    import datetime
    import io

    import boto3
    import botocore.session
    from boto3.dynamodb.conditions import Attr, ConditionExpressionBuilder, Key
    from botocore.config import Config
    from botocore.exceptions import ClientError, ParamValidationError
    from botocore.response import StreamingBody
    from botocore.stub import ANY, Stubber

    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "eu-central-1"}
    session = boto3.session.Session(**keys)
    client = session.client("s3", config=Config(signature_version="s3v4"))
    lines = []
    with Stubber(client) as stub:
        when = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
        stub.add_response("list_buckets", {"Buckets": [{"Name": "one", "CreationDate": when}]})
        stub.add_response(
            "get_object", {"Body": StreamingBody(io.BytesIO(b"data"), 4)}, {"Bucket": "one", "Key": ANY}
        )
        stub.add_client_error("head_object", "404", "Not Found")
        stub.add_response("get_object", {})
        lines.append(str(client.list_buckets()["Buckets"]))
        lines.append(str(client.get_object(Bucket="one", Key="k")["Body"].read()))
        try:
            client.head_object(Bucket="one", Key="x")
        except ClientError as error:
            lines.append(str(error))
        try:
            client.get_object(Bucket="b", Key="k", VersionId=3)
        except ParamValidationError as error:
            lines.append(str(error))
    url = client.generate_presigned_url("get_object", {"Bucket": "one", "Key": "k"}, ExpiresIn=60)
    lines.append(url.partition("?")[0])
    pages = client.get_paginator("list_objects_v2")
    with Stubber(client) as stub:
        stub.add_response(
            "list_objects_v2", {"Contents": [{"Key": "a"}], "IsTruncated": True, "NextContinuationToken": "t"}
        )
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "b"}], "IsTruncated": False})
        lines.append(str([item["Key"] for page in pages.paginate(Bucket="one") for item in page["Contents"]]))
    resource = session.resource("sqs")
    with Stubber(resource.meta.client) as stub:
        stub.add_response("get_queue_url", {"QueueUrl": "https://queue/1"})
        queue = resource.get_queue_by_name(QueueName="q")
        lines += [queue.url, type(queue).__name__]
    lines.append(str(client.exceptions.NoSuchBucket.__name__))
    built = ConditionExpressionBuilder().build_expression(Key("id").eq(1) & Attr("x").begins_with("a"))
    lines.append(str(built))
    model = botocore.session.get_session().get_service_model("sts")
    lines += [model.api_version, str(sorted(model.operation_names)[:3])]
    lines.append(str("ec2" in session.get_available_services()))
    return "\n".join(lines)
