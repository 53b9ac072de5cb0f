using System.Security.Cryptography;

namespace BpDao.Evm.Precompiles;

/// <summary>0x02: SHA-256.</summary>
internal sealed class Sha256Digest : Precompile
{
    /// <summary>Kept: the platform takes a quarter of the time of a short digest to make one anew.</summary>
    [ThreadStatic]
    private static IncrementalHash? t_hash;

    public override long GasCost(ReadOnlySpan<byte> input) => 60 + (12 * Words(input.Length));

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        IncrementalHash hash = t_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(input);
        hash.GetHashAndReset(output.Resize(SHA256.HashSizeInBytes));
        return true;
    }
}
