using System.Buffers.Binary;
using System.Security.Cryptography;
using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x0a: checks what a blob's polynomial is at a point (EIP-4844). Input: versioned hash, z and y as words, commitment, proof; the answer
/// is always the number of field elements in a blob and their modulus.</summary>
internal sealed class PointEvaluation : Precompile
{
    private const int InputLength = 192;
    private const byte VersionOfKzg = 1;
    private const ushort FieldElementsPerBlob = 4096;

    public override long GasCost(ReadOnlySpan<byte> input) => 50_000;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        if (input.Length != InputLength) return false;
        ReadOnlySpan<byte> commitment = input.Slice(96, KzgOpening.PointSize), proof = input.Slice(144, KzgOpening.PointSize);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(commitment, hash);
        hash[0] = VersionOfKzg;
        if (!hash.SequenceEqual(input[..32]) || !KzgOpening.Verify(commitment, input[32..64], input[64..96], proof)) return false;

        Span<byte> answer = output.Resize(64);
        answer[..32].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(answer[30..], FieldElementsPerBlob);
        KzgOpening.Modulus.CopyTo(answer[32..]);
        return true;
    }
}
