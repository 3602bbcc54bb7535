"""Builds, packs and parses messages and zones of the domain name system, without a network."""

WHEELS = ("dnspython==2.8.0",)

ZONE = """$TTL 300
@ IN SOA ns1 admin 1 3600 600 86400 300
@ IN NS ns1
ns1 IN A 192.0.2.1
www IN CNAME ns1
@ IN MX 10 mail.example.org.
_sip._tcp IN SRV 1 2 5060 ns1
txt IN TXT "hello world" "more"
v6 IN AAAA 2001:db8::1
"""


def run() -> str:
    import pickle

    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.rdata
    import dns.rdatatype
    import dns.resolver
    import dns.reversename
    import dns.tokenizer
    import dns.zone

    query = dns.message.make_query("www.example.org", "AAAA", id=7, use_edns=True)
    wire = query.to_wire()
    again = dns.message.from_wire(wire)
    lines = [wire.hex(), str(again), str(again == query)]
    answer = dns.message.make_response(query)
    answer.answer.append(dns.rrset.from_text("www.example.org.", 60, "IN", "AAAA", "2001:db8::2"))
    answer.flags |= dns.flags.AA
    lines.append(dns.message.from_wire(answer.to_wire()).to_text())
    zone = dns.zone.from_text(ZONE, "example.org.", relativize=False)
    lines.append(zone.to_text(sorted=True))
    for name, kind in (("example.org.", "MX"), ("www.example.org.", "CNAME"), ("txt.example.org.", "TXT")):
        lines.append(str([rdata.to_text() for rdata in zone.find_rdataset(name, kind)]))
    name = dns.name.from_text("A.b.Example.ORG")
    lines += [
        str(name.relativize(dns.name.from_text("example.org"))),
        str(name.parent()),
        name.canonicalize().to_text(),
    ]
    lines.append(str(dns.reversename.from_address("192.0.2.1")))
    for kind, text in (
        ("CAA", '0 issue "ca.example"'),
        ("NAPTR", '1 2 "S" "SIP" "" x.'),
        ("TLSA", "3 1 1 ab"),
        ("LOC", "1 N 2 E 3m"),
    ):
        rdata = dns.rdata.from_text("IN", kind, text)
        lines.append(f"{rdata} {type(rdata).__name__} {pickle.loads(pickle.dumps(rdata)) == rdata}")
    try:
        dns.name.from_text("a" * 64)
    except dns.exception.DNSException as error:
        lines.append(f"{type(error).__name__}: {error}")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    lines += [str(resolver.nameservers), dns.rdatatype.to_text(65)]
    return "\n".join(lines)
