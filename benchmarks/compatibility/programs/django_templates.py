"""Renders templates, validates forms, routes a request through middleware, and translates."""

import sys
import types

WHEELS = ("django==5.2.8",)


def run() -> str:
    import django
    from django.conf import settings

    urls = types.ModuleType("site_urls")
    sys.modules["site_urls"] = urls
    settings.configure(
        ROOT_URLCONF="site_urls",
        SECRET_KEY="not one",
        ALLOWED_HOSTS=["*"],
        USE_I18N=True,
        LANGUAGE_CODE="de",
        INSTALLED_APPS=["django.contrib.humanize"],
        MIDDLEWARE=["django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {
                                "page.html": "{% load humanize i18n %}{% translate 'Yes' %} {{ n|intcomma }} {% url 'hello' name='x' %}",
                            },
                        )
                    ],
                },
            }
        ],
    )
    django.setup()
    from django import forms
    from django.http import HttpResponse, JsonResponse
    from django.shortcuts import render
    from django.test import Client, RequestFactory
    from django.urls import path, reverse

    class Order(forms.Form):
        name = forms.CharField(max_length=5)
        count = forms.IntegerField(min_value=1, help_text="how many")
        when = forms.DateField(required=False)

    def hello(request, name):
        if name == "json":
            return JsonResponse({"path": request.path, "language": request.LANGUAGE_CODE})
        return render(request, "page.html", {"n": 1234567}) if name == "page" else HttpResponse(f"hello {name}")

    urls.urlpatterns = [path("hello/<slug:name>/", hello, name="hello")]
    lines = [reverse("hello", kwargs={"name": "you"})]
    client = Client()
    for name in ("you", "page", "json"):
        response = client.get(f"/hello/{name}/", headers={"accept-language": "fr"})
        lines.append(f"{response.status_code} {response.content.decode()}")
    lines.append(str(client.get("/nowhere/").status_code))
    form = Order({"name": "too long", "count": "0"})
    lines += [str(form.is_valid()), form.errors.as_json(), Order().as_p()]
    lines.append(str(Order({"name": "ok", "count": "3", "when": "2024-02-29"}).is_valid()))
    from django.core.signing import dumps, loads
    from django.utils.translation import gettext, override

    with override("pl"):
        lines.append(gettext("Yes"))
    lines.append(str(loads(dumps({"a": 1}))))
    lines.append(RequestFactory().get("/x?y=1").GET["y"])
    return "\n".join(lines)
