using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x01: who signed a digest (Yellow Paper appendix E). Input: digest, v, r, s as words; no answer for anything invalid.</summary>
internal sealed class EcRecover(ISecp256k1 curve) : Precompile
{
    private const int InputLength = 128;

    public override long GasCost(ReadOnlySpan<byte> input) => 3_000;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        Span<byte> padded = stackalloc byte[InputLength];
        ReadOnlySpan<byte> words = Fit(input, padded);
        UInt256 v = UInt256.FromBigEndian(words[32..64]);
        if (v != 27UL && v != 28UL) return true;

        Span<byte> publicKey = stackalloc byte[PublicKey.Size];
        UInt256 r = UInt256.FromBigEndian(words[64..96]), s = UInt256.FromBigEndian(words[96..]);
        if (!curve.TryRecover(new Hash256(words[..32]), r, s, (byte)(v.L0 - 27), publicKey)) return true;

        Span<byte> answer = output.Resize(32);
        answer[..12].Clear();
        PublicKey.AddressOf(publicKey).Bytes.CopyTo(answer[12..]);
        return true;
    }
}
