"""Registers utilities and adapters by a configuration file with dotted names; a namespace that the host shares."""

from zope.interface import Interface, implementer

WHEELS = ("zope.configuration==7.1", "zope.component==7.1", "zope.schema==8.1")
NEEDS = ("zope.interface==8.7",)


class IThing(Interface):
    """A thing."""


class ISized(Interface):
    """Has a size."""


@implementer(IThing)
class Thing:
    name = "thing"


@implementer(ISized)
class Sized:
    def __init__(self, context):
        self.size = len(context.name)


class IGreet(Interface):
    """What the directive is told."""


def greet(_context, name, whom):
    _context.action(discriminator=("greet", name), callable=GREETED.append, args=((name, whom),))


GREETED = []


def run() -> str:
    import zope.component
    from zope import schema
    from zope.configuration import fields, name, xmlconfig
    from zope.schema import getFieldsInOrder

    GREETED.clear()
    me = __name__
    IGreet2 = type(Interface)(
        "IGreet2",
        (Interface,),
        {"name": schema.TextLine(title="Name"), "whom": fields.GlobalObject(title="Whom")},
        __module__=me,
    )
    globals()["IGreet2"] = IGreet2
    context = xmlconfig.string(
        f"""
    <configure xmlns="http://namespaces.zope.org/zope" xmlns:meta="http://namespaces.zope.org/meta" package="zope.component">
      <include package="zope.component" file="meta.zcml"/>
      <meta:directive namespace="http://namespaces.zope.org/zope" name="greet" schema="{me}.IGreet2" handler="{me}.greet"/>
      <utility component="{me}.thing" provides="{me}.IThing" name="made"/>
      <utility factory="{me}.Thing"/>
      <adapter for="{me}.IThing" factory="{me}.Sized" provides="{me}.ISized"/>
      <greet name="hello" whom="{me}.Thing"/>
    </configure>"""
    )
    lines = [str([(n, w is Thing) for n, w in GREETED])]
    lines.append(str(zope.component.getUtility(IThing).name))
    lines.append(str(zope.component.getUtility(IThing, "made") is thing))
    lines.append(str(ISized(Thing()).size))
    lines.append(str(name.resolve(f"{me}.Thing") is Thing))
    try:
        xmlconfig.string(
            f'<configure xmlns="http://namespaces.zope.org/zope"><include package="{me}"/></configure>'
        )
    except Exception as error:
        lines.append(type(error).__name__)
    try:
        context.resolve(f"{me}.Nothing")
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    lines.append(str([each for each, _ in getFieldsInOrder(IGreet2)]))
    return "\n".join(lines)


thing = Thing()
