using System.Security.Cryptography;

namespace BpDao.Evm.Precompiles;

/// <summary>0x02: SHA-256.</summary>
internal sealed class Sha256Digest : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => 60 + (12 * Words(input.Length));

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        SHA256.HashData(input, output.Resize(SHA256.HashSizeInBytes));
        return true;
    }
}
