"""Signs, verifies and encodes tokens and keys; five wheels that import each other."""

import datetime

import ecdsa
import itsdangerous
import jwt
import rsa
from ecdsa.util import sigdecode_der, sigencode_der
from jwt.exceptions import ExpiredSignatureError, InvalidSignatureError
from pyasn1.codec.der import decoder, encoder
from pyasn1.type import namedtype, univ

WHEELS = ("itsdangerous==2.2.0", "pyjwt==2.10.1", "rsa==4.9.1", "pyasn1==0.6.1", "ecdsa==0.19.1")


class Pair(univ.Sequence):
    componentType = namedtype.NamedTypes(
        namedtype.NamedType("number", univ.Integer()), namedtype.OptionalNamedType("text", univ.OctetString())
    )


def run() -> str:
    lines = []
    signer = itsdangerous.URLSafeTimedSerializer("key", salt="s")
    token = signer.dumps({"id": 5, "name": "x" * 40})
    lines.append(str(signer.loads(token, max_age=60)))
    try:
        signer.loads("A" + token)
    except itsdangerous.BadSignature as error:
        lines.append(type(error).__name__)
    lines.append(itsdangerous.Signer("key").sign("value").decode())
    claims = {"sub": "me", "aud": "us", "exp": datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)}
    encoded = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "1"})
    lines += [
        encoded,
        str(jwt.decode(encoded, "k" * 32, algorithms=["HS256"], audience="us")),
        str(jwt.get_unverified_header(encoded)),
    ]
    try:
        jwt.decode(encoded, "wrong" * 8, algorithms=["HS256"], audience="us")
    except InvalidSignatureError as error:
        lines.append(str(error))
    try:
        jwt.decode(jwt.encode({"exp": 1}, "k" * 32), "k" * 32, algorithms=["HS256"])
    except ExpiredSignatureError as error:
        lines.append(str(error))
    public, private = rsa.newkeys(512, poolsize=1)
    lines.append(rsa.decrypt(rsa.encrypt(b"message", public), private).decode())
    signature = rsa.sign(b"message", private, "SHA-256")
    lines.append(rsa.verify(b"message", signature, public))
    again = rsa.PrivateKey.load_pkcs1(private.save_pkcs1("DER"), "DER")
    lines.append(str(again == private) + str(rsa.PublicKey.load_pkcs1(public.save_pkcs1()) == public))
    try:
        rsa.verify(b"other", signature, public)
    except rsa.VerificationError as error:
        lines.append(str(error))
    key = ecdsa.SigningKey.from_secret_exponent(12345, curve=ecdsa.NIST256p)
    signed = key.sign_deterministic(b"data", sigencode=sigencode_der)
    lines += [signed.hex(), str(key.verifying_key.verify(signed, b"data", sigdecode=sigdecode_der))]
    lines.append(key.verifying_key.to_pem().decode())
    pair = Pair()
    pair["number"], pair["text"] = 42, b"abc"
    data = encoder.encode(pair)
    lines += [
        data.hex(),
        decoder.decode(data, asn1Spec=Pair())[0].prettyPrint(),
        repr(univ.ObjectIdentifier("1.2.3")),
    ]
    return "\n".join(lines)
