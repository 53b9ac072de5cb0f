using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Rlpx;

/// <summary>The vectors of EIP-8.</summary>
public sealed class HandshakeVectorTests
{
    private const string Archive = "p2p.zip";

    public static TheoryData<string, bool> AuthPackets => new() { { "Auth₁", true }, { "Auth₂", false }, { "Auth₃", false } };

    public static TheoryData<string, bool> AckPackets => new() { { "Ack₁", true }, { "Ack₂", false }, { "Ack₃", false } };

    [FixtureTheory(Archive)]
    [MemberData(nameof(AuthPackets))]
    public void An_auth_packet_says_key_and_nonce_and_is_answered_in_its_own_form(string name, bool isOld)
    {
        Vectors vectors = Vectors.Read();
        byte[] packet = vectors.Packet(name);
        Assert.True(Handshake.TryReadAuth(vectors.StaticB, packet, isOld, out AuthMessage? auth));
        Assert.Equal(vectors.StaticA.PublicKey, auth.PublicKey);
        Assert.Equal(vectors.KeysA.Nonce, auth.Nonce);

        Assert.True(Handshake.TryAnswer(vectors.StaticB, packet, isOld, vectors.KeysB, out HandshakeAnswer? answer));
        Assert.Equal(vectors.StaticA.PublicKey, answer.Remote);
        Assert.True(Handshake.TryFinish(vectors.StaticA, vectors.KeysA, packet, answer.Ack, isOld, out SessionSecrets? initiators));
        Assert.Equal(answer.Secrets.Aes, initiators.Aes);
        Assert.Equal(answer.Secrets.Mac, initiators.Mac);
        Assert.Equal(answer.Secrets.EgressMac.Digest(), initiators.IngressMac.Digest());
        Assert.Equal(answer.Secrets.IngressMac.Digest(), initiators.EgressMac.Digest());
    }

    [FixtureTheory(Archive)]
    [MemberData(nameof(AckPackets))]
    public void An_ack_packet_says_the_one_time_key_and_nonce(string name, bool isOld)
    {
        Vectors vectors = Vectors.Read();
        Assert.True(Handshake.TryReadAck(vectors.StaticA, vectors.Packet(name), isOld, out AckMessage? ack));
        Assert.Equal(vectors.KeysB.OneTime.PublicKey, ack.OneTimeKey);
        Assert.Equal(vectors.KeysB.Nonce, ack.Nonce);
    }

    [FixtureFact(Archive)]
    public void The_secrets_are_those_of_the_vector()
    {
        Vectors vectors = Vectors.Read();
        byte[] auth = vectors.Packet("Auth₂"), ack = vectors.Packet("Ack₂");
        byte[] secret = new byte[32];
        Assert.True(Secp256k1.Default.TryEcdh(vectors.KeysB.OneTime.Bytes, vectors.KeysA.OneTime.PublicKey.Bytes, secret));
        SessionSecrets secrets = SessionSecrets.Derive(isInitiator: false, secret, vectors.KeysA.Nonce, vectors.KeysB.Nonce, auth, ack);
        KeccakHasher ingress = secrets.IngressMac;
        ingress.Update("foo"u8);

        Assert.Equal(vectors.Derived("aes_secret"), Convert.ToHexStringLower(secrets.Aes));
        Assert.Equal(vectors.Derived("mac_secret"), Convert.ToHexStringLower(secrets.Mac));
        Assert.Equal(vectors.Derived("ingress_mac_foo"), Convert.ToHexStringLower(ingress.Digest().Bytes));
    }

    [FixtureTheory(Archive)]
    [InlineData("Auth₂", "Ack₁", true)]
    [InlineData("Auth₂", "Ack₂", false)]
    [InlineData("Auth₃", "Ack₃", false)]
    public void The_initiator_understands_every_form_of_answer(string auth, string ack, bool isOld)
    {
        Vectors vectors = Vectors.Read();
        Assert.True(Handshake.TryFinish(vectors.StaticA, vectors.KeysA, vectors.Packet(auth), vectors.Packet(ack), isOld, out SessionSecrets? secrets));
        Assert.Equal(vectors.Derived("aes_secret"), Convert.ToHexStringLower(secrets.Aes));
    }

    [FixtureFact(Archive)]
    public void Hello_of_a_later_version_with_more_elements_is_read()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "eip8-vectors.json");
        byte[] data = Hex.Decode(file.RootElement.GetProperty("devp2p").GetProperty("hello_v22_with_extra_elements").GetString()!);
        Assert.True(HelloMessage.TryRead(data, out HelloMessage? hello));
        Assert.Equal(55UL, hello.Version);
        Assert.Equal("kneth/v0.91/plan9", hello.ClientId);
        Assert.Equal([new Capability("eth", 61), new Capability("mork", 22)], hello.Capabilities);
        Assert.Equal("0xfda1cff6", Hex.Encode(hello.PublicKey.Bytes[..4]));
    }

    private sealed class Vectors
    {
        private readonly JsonElement _rlpx;

        private Vectors(JsonElement rlpx) => _rlpx = rlpx;

        public PrivateKey StaticA => Key("Static Key A");

        public PrivateKey StaticB => Key("Static Key B");

        public HandshakeKeys KeysA => new(Key("Ephemeral Key A"), Bytes("Nonce A"));

        public HandshakeKeys KeysB => new(Key("Ephemeral Key B"), Bytes("Nonce B"));

        public static Vectors Read()
        {
            using JsonDocument file = Fixtures.ReadJson(Archive, "eip8-vectors.json");
            return new Vectors(file.RootElement.GetProperty("rlpx").Clone());
        }

        public byte[] Packet(string name) =>
            Hex.Decode(_rlpx.GetProperty("handshake").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name).GetProperty("packet").GetString()!);

        public string? Derived(string name) => _rlpx.GetProperty("derived_for_auth2_ack2").GetProperty(name).GetString();

        private PrivateKey Key(string name) => new(Bytes(name));

        private byte[] Bytes(string name) => Hex.Decode(_rlpx.GetProperty("keys").GetProperty(name).GetString()!);
    }
}
