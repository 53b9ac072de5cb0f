using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Consensus.Por.Signing;

/// <summary>Scheme 1 (protocol rule 4.7): a certificate is the list of 65-byte recoverable signatures by ascending slot; keys are addresses.</summary>
public sealed class Secp256k1Scheme(EthereumEcdsa ecdsa) : ICertificateScheme
{
    public byte Id => 1;

    public bool Verify(Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key) =>
        ecdsa.TryRecoverAddress(digest, signature, out Address signer) && signer.Bytes.SequenceEqual(key);

    public byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> signatures)
    {
        byte[] joined = new byte[signatures.Count * CompactSignature.Size];
        for (int i = 0; i < signatures.Count; i++) signatures[i].Span.CopyTo(joined.AsSpan(i * CompactSignature.Size, CompactSignature.Size));
        return joined;
    }

    public bool VerifyJoined(Hash256 digest, ReadOnlySpan<byte> joined, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        if (joined.Length != keys.Count * CompactSignature.Size) return false;
        for (int i = 0; i < keys.Count; i++)
        {
            if (!Verify(digest, joined.Slice(i * CompactSignature.Size, CompactSignature.Size), keys[i].Span)) return false;
        }

        return true;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> joined)
    {
        ReadOnlyMemory<byte>[] signatures = new ReadOnlyMemory<byte>[joined.Length / CompactSignature.Size];
        for (int i = 0; i < signatures.Length; i++) signatures[i] = joined.Slice(i * CompactSignature.Size, CompactSignature.Size);
        return signatures;
    }
}
