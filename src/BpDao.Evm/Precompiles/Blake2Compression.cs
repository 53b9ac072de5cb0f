using System.Buffers.Binary;
using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x09: the compression function of BLAKE2b, priced by its rounds (EIP-152).</summary>
internal sealed class Blake2Compression : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) =>
        input.Length == Blake2F.InputSize ? BinaryPrimitives.ReadUInt32BigEndian(input) : 0;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output) => Blake2F.TryRun(input, output.Resize(Blake2F.OutputSize));
}
