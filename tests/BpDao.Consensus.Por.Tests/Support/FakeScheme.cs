using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>Signatures that cost one hash: keccak256(key ‖ digest) and padding. The state machine cannot tell.</summary>
internal sealed class FakeScheme : ICertificateScheme
{
    private const int Size = 65;

    public static FakeScheme Instance { get; } = new();

    public byte Id => 1;

    public static byte[] Sign(Address key, Hash256 digest)
    {
        byte[] signature = new byte[Size];
        Span<byte> preimage = stackalloc byte[Address.Size + Hash256.Size];
        key.Bytes.CopyTo(preimage);
        digest.Bytes.CopyTo(preimage[Address.Size..]);
        Keccak256.Hash(preimage, signature);
        return signature;
    }

    public bool Verify(Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key) =>
        signature.SequenceEqual(Sign(new Address(key), digest));

    public byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> signatures) => [.. signatures.SelectMany(s => s.ToArray())];

    public bool VerifyJoined(Hash256 digest, ReadOnlySpan<byte> joined, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        if (joined.Length != keys.Count * Size) return false;
        for (int i = 0; i < keys.Count; i++)
        {
            if (!Verify(digest, joined.Slice(i * Size, Size), keys[i].Span)) return false;
        }

        return true;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> joined) =>
        [.. Enumerable.Range(0, joined.Length / Size).Select(i => joined.Slice(i * Size, Size))];
}

/// <summary>A signer of <see cref="FakeScheme"/>.</summary>
internal sealed class FakeSigner(Address address) : ISigner
{
    public Address Address => address;

    public byte[] Sign(Hash256 digest) => FakeScheme.Sign(address, digest);

    public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix) =>
        Keccak256.Hash([.. prefix, .. address.Bytes, .. suffix]);
}
