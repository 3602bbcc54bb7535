"""Defines models, makes their tables in memory, and queries them."""

import os

WHEELS = ("django==5.2.8",)


def run() -> str:
    import django
    from django.apps import AppConfig
    from django.conf import settings

    globals()["Library"] = type(
        "Library", (AppConfig,), {"name": "django_orm", "label": "library", "path": os.getcwd()}
    )
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_orm.Library"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection, models
    from django.db.models import Avg, Count, F, Q

    class Author(models.Model):
        name = models.CharField(max_length=40, unique=True)

        class Meta:
            app_label = "library"

        def __str__(self):
            return self.name

    class Book(models.Model):
        title = models.CharField(max_length=40)
        pages = models.PositiveIntegerField(default=100)
        author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")

        class Meta:
            app_label = "library"
            ordering = ["title"]

    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    ann, bob = Author.objects.create(name="Ann"), Author.objects.create(name="Bob")
    Book.objects.bulk_create(
        Book(title=t, pages=p, author=a) for t, p, a in [("C", 30, ann), ("A", 10, bob), ("B", 20, ann)]
    )
    Book.objects.filter(Q(pages__gt=15) & ~Q(title="B")).update(pages=F("pages") * 2)
    lines = [
        str(list(Book.objects.values_list("title", "pages", "author__name"))),
        str(list(Author.objects.annotate(n=Count("books"), m=Avg("books__pages")).values_list("name", "n", "m"))),
        str(Book.objects.filter(author__name__startswith="A").query),
        repr(Book.objects.get(title="A").author),
    ]
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("zoe", "zoe@example.org", "secret")
    lines += [str(user.check_password("secret")), str(user.has_perm("library.x")), user.password.split("$")[0]]
    from django.contrib.contenttypes.models import ContentType

    lines.append(str(sorted(ContentType.objects.values_list("app_label", "model"))[:4]))
    from django.core import serializers

    lines.append(serializers.serialize("json", Book.objects.all()[:1]))
    return "\n".join(lines)
