namespace BpDao.Crypto;

/// <summary>Elements of the base field as EIP-2537 writes them: 64 bytes big-endian, of which the first 16 are zero, below the modulus.</summary>
internal static unsafe class Bls12381Field
{
    /// <summary>Bytes of an encoded element.</summary>
    public const int EncodedSize = 64;

    /// <summary>Limbs of an element in blst's form.</summary>
    public const int Limbs = 6;

    private const int Padding = 16;

    /// <summary>p, big-endian.</summary>
    private static ReadOnlySpan<byte> Modulus =>
    [
        0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7, 0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf,
        0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24, 0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
    ];

    /// <summary>Reads elements one after the other; false when one is no element.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, ulong* elements)
    {
        for (; !encoded.IsEmpty; encoded = encoded[EncodedSize..], elements += Limbs)
        {
            ReadOnlySpan<byte> number = encoded[Padding..EncodedSize];
            if (encoded[..Padding].ContainsAnyExcept((byte)0) || number.SequenceCompareTo(Modulus) >= 0) return false;
            fixed (byte* bytes = number) Blst.blst_fp_from_bendian(elements, bytes);
        }

        return true;
    }

    /// <summary>Writes elements one after the other until <paramref name="encoded"/> is full.</summary>
    public static void Encode(ulong* elements, Span<byte> encoded)
    {
        for (; !encoded.IsEmpty; encoded = encoded[EncodedSize..], elements += Limbs)
        {
            encoded[..Padding].Clear();
            fixed (byte* bytes = encoded[Padding..]) Blst.blst_bendian_from_fp(bytes, elements);
        }
    }
}
