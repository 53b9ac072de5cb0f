using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>How votes are signed and joined into certificates (protocol rule 4.7). Stateless and thread-safe.</summary>
public interface ICertificateScheme
{
    /// <summary>1 = list of secp256k1 signatures, 2 = BLS12-381 aggregate. Written into every header.</summary>
    byte Id { get; }

    bool Verify(Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key);

    /// <summary>Joins valid signatures over one digest, given by ascending slot.</summary>
    byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> signatures);

    /// <summary>Whether <paramref name="joined"/> holds exactly one signature over <paramref name="digest"/> of each key, in their order.</summary>
    bool VerifyJoined(Hash256 digest, ReadOnlySpan<byte> joined, IReadOnlyList<ReadOnlyMemory<byte>> keys);

    /// <summary>The single signatures again, in their order; null where joining cannot be undone.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> joined);
}
