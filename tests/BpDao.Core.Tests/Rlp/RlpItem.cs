using CsCheck;

namespace BpDao.Core.Tests;

/// <summary>Any RLP: a string, or a list of items. Only tests read RLP without knowing what it holds.</summary>
internal sealed record RlpItem(byte[]? Bytes, IReadOnlyList<RlpItem>? Items)
{
    public static Gen<RlpItem> Gen(int depth)
    {
        Gen<RlpItem> text = CsCheck.Gen.OneOf(
            CsCheck.Gen.Byte.Array[0, 2], CsCheck.Gen.Byte.Array[54, 57], CsCheck.Gen.Byte.Array[0, 300]).Select(bytes => new RlpItem(bytes, null));
        return depth == 0 ? text : CsCheck.Gen.OneOf(text, Gen(depth - 1).List[0, 6].Select(items => new RlpItem(null, items)));
    }

    public void Write(RlpWriter writer)
    {
        if (Bytes is not null)
        {
            writer.Write(Bytes);
            return;
        }

        writer.StartList();
        foreach (RlpItem item in Items!) item.Write(writer);
        writer.EndList();
    }

    public byte[] Encode()
    {
        RlpWriter writer = new(16);
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Reads all of the input as one item.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out RlpItem? item)
    {
        RlpReader reader = new(encoded);
        return TryRead(ref reader, out item) && reader.AtEnd;
    }

    public static bool TryRead(ref RlpReader reader, out RlpItem? item)
    {
        item = null;
        if (!reader.IsList)
        {
            if (!reader.TryReadBytes(out ReadOnlySpan<byte> bytes)) return false;
            item = new RlpItem(bytes.ToArray(), null);
            return true;
        }

        if (!reader.TryReadList(out RlpReader content)) return false;
        List<RlpItem> items = [];
        while (!content.AtEnd)
        {
            if (!TryRead(ref content, out RlpItem? inner)) return false;
            items.Add(inner!);
        }

        item = new RlpItem(null, items);
        return true;
    }
}
