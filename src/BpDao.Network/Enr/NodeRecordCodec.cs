using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>Encoding, signing and verifying of node records (EIP-778).</summary>
internal static class NodeRecordCodec
{
    private const string Prefix = "enr:", Scheme = "v4", IdKey = "id", PublicKeyKey = "secp256k1";
    private const int SignatureSize = 64, CompressedSize = 33;

    /// <param name="values">RLP of each value, without <c>id</c> and <c>secp256k1</c>, which come from the key.</param>
    /// <exception cref="ArgumentException">More than <see cref="NodeRecord.MaxBytes"/> bytes.</exception>
    public static NodeRecord Sign(PrivateKey key, ulong sequence, IEnumerable<KeyValuePair<string, byte[]>> values)
    {
        SortedDictionary<string, byte[]> all = new(StringComparer.Ordinal);
        foreach ((string name, byte[] value) in values) all[name] = value;
        all[IdKey] = Rlp(Encoding.ASCII.GetBytes(Scheme));
        all[PublicKeyKey] = Rlp(Compress(key.PublicKey.Bytes));

        RlpWriter content = new();
        content.Write(sequence);
        foreach ((string name, byte[] value) in all) content.Write(Encoding.Latin1.GetBytes(name)).WriteRaw(value);
        byte[] pairs = content.ToArray();
        TxSignature signature = Secp256k1.Default.Sign(Digest(pairs), key.Bytes);
        Span<byte> rs = stackalloc byte[SignatureSize];
        signature.R.WriteBigEndian(rs[..32]);
        signature.S.WriteBigEndian(rs[32..]);

        byte[] encoded = new RlpWriter().StartList().Write(rs).WriteRaw(pairs).EndList().ToArray();
        if (encoded.Length > NodeRecord.MaxBytes) throw new ArgumentException($"A node record has at most {NodeRecord.MaxBytes} bytes, not {encoded.Length}.", nameof(values));
        return new NodeRecord(encoded, key.PublicKey, sequence, all);
    }

    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out NodeRecord? record)
    {
        record = null;
        if (encoded.Length > NodeRecord.MaxBytes) return false;
        RlpReader reader = new(encoded);
        if (!reader.TryReadList(out RlpReader fields) || !reader.AtEnd) return false;
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> signature) || signature.Length != SignatureSize) return false;
        ReadOnlySpan<byte> content = fields.Rest;
        if (!fields.TryReadUInt64(out ulong sequence) || !TryReadPairs(ref fields, out SortedDictionary<string, byte[]> values)) return false;
        if (!values.TryGetValue(IdKey, out byte[]? scheme) || !scheme.AsSpan().SequenceEqual(Rlp(Encoding.ASCII.GetBytes(Scheme)))) return false;
        if (!values.TryGetValue(PublicKeyKey, out byte[]? compressed) || !TryVerify(content, signature, compressed, out PublicKey? key)) return false;
        record = new NodeRecord(encoded.ToArray(), key, sequence, values);
        return true;
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeRecord? record)
    {
        record = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> digits = text.AsSpan(Prefix.Length).TrimEnd('=');
        Span<byte> bytes = stackalloc byte[NodeRecord.MaxBytes];
        return digits.Length <= Base64Url.GetEncodedLength(NodeRecord.MaxBytes) && Base64Url.IsValid(digits)
            && Base64Url.TryDecodeFromChars(digits, bytes, out int length) && TryDecode(bytes[..length], out record);
    }

    public static string Text(ReadOnlySpan<byte> encoded) => Prefix + Base64Url.EncodeToString(encoded);

    /// <summary>A value that is a string of bytes.</summary>
    public static byte[] Rlp(ReadOnlySpan<byte> bytes) => new RlpWriter().Write(bytes).ToArray();

    private static bool TryReadPairs(ref RlpReader fields, out SortedDictionary<string, byte[]> values)
    {
        values = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        string? last = null;
        while (!fields.AtEnd)
        {
            // Latin-1 keeps bytes and their order.
            if (!fields.TryReadBytes(out ReadOnlySpan<byte> name) || !fields.TryReadRaw(out ReadOnlySpan<byte> value)) return false;
            string key = Encoding.Latin1.GetString(name);
            if (last is not null && string.CompareOrdinal(last, key) >= 0) return false;
            values[key] = value.ToArray();
            last = key;
        }

        return true;
    }

    /// <summary>The signature has no recovery id, so both keys that can have made it are compared with the one that is named.</summary>
    private static bool TryVerify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature, byte[] compressedRlp, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        RlpReader value = new(compressedRlp);
        if (!value.TryReadBytes(out ReadOnlySpan<byte> compressed) || compressed.Length != CompressedSize) return false;
        TxSignature read = new(0, UInt256.FromBigEndian(signature[..32]), UInt256.FromBigEndian(signature[32..]));
        if (!CompactSignature.IsStrict(read)) return false;

        Hash256 digest = Digest(content);
        Span<byte> candidate = stackalloc byte[PublicKey.Size];
        for (byte recoveryId = 0; recoveryId < 2; recoveryId++)
        {
            if (!Secp256k1.Default.TryRecover(digest, read.R, read.S, recoveryId, candidate) || !compressed.SequenceEqual(Compress(candidate))) continue;
            key = new PublicKey(candidate);
            return true;
        }

        return false;
    }

    private static Hash256 Digest(ReadOnlySpan<byte> content) =>
        Keccak256.Hash(new RlpWriter().StartList().WriteRaw(content).EndList().WrittenSpan);

    /// <summary>SEC 1 §2.3.3: 2 or 3 by the parity of y, then x.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> key) => [(byte)(2 + (key[^1] & 1)), .. key[..32]];
}
