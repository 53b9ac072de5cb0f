using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Questions and answers of eth: [id, content] each (EIP-2481). Reading never throws and keeps nothing before its bound is checked.</summary>
internal static class EthCodec
{
    public static byte[] EncodeQuery(ulong id, in HeadersQuery query)
    {
        RlpWriter w = new(64);
        w.StartList().Write(id);
        query.Write(w);
        return w.EndList().ToArray();
    }

    public static bool TryDecodeQuery(ReadOnlySpan<byte> payload, out ulong id, out HeadersQuery query)
    {
        id = 0;
        query = default;
        RlpReader outer = new(payload);
        return outer.TryReadList(out RlpReader r) && outer.AtEnd && r.TryReadUInt64(out id) && HeadersQuery.TryRead(ref r, out query) && r.AtEnd;
    }

    public static byte[] EncodeHashes(ulong id, IReadOnlyCollection<Hash256> hashes)
    {
        RlpWriter w = new(16 + (33 * hashes.Count));
        w.StartList().Write(id).StartList();
        foreach (Hash256 hash in hashes) w.Write(hash);
        return w.EndList().EndList().ToArray();
    }

    /// <summary>Hashes beyond <paramref name="limit"/> are read over: who asks for more gets less.</summary>
    public static bool TryDecodeHashes(ReadOnlySpan<byte> payload, int limit, out ulong id, out List<Hash256> hashes)
    {
        hashes = [];
        if (!TryOpenAnswer(payload, out id, out RlpReader items)) return false;
        while (!items.AtEnd)
        {
            if (!items.TryReadHash(out Hash256 hash)) return false;
            if (hashes.Count < limit) hashes.Add(hash);
        }

        return true;
    }

    /// <summary>[id, [items…]].</summary>
    public static bool TryOpenAnswer(ReadOnlySpan<byte> payload, out ulong id, out RlpReader items)
    {
        id = 0;
        items = default;
        RlpReader outer = new(payload);
        return outer.TryReadList(out RlpReader r) && outer.AtEnd && r.TryReadUInt64(out id) && r.TryReadList(out items) && r.AtEnd;
    }

    public static bool TryReadHeaders(RlpReader items, int limit, out List<BlockHeader> headers)
    {
        headers = [];
        while (!items.AtEnd)
        {
            if (headers.Count == limit || !HeaderCodec.TryRead(ref items, out BlockHeader? header)) return false;
            headers.Add(header!);
        }

        return true;
    }

    public static bool TryReadBodies(RlpReader items, int limit, out List<BlockBody> bodies)
    {
        bodies = [];
        while (!items.AtEnd)
        {
            if (bodies.Count == limit || !items.TryReadRaw(out ReadOnlySpan<byte> raw) || !BlockCodec.TryDecodeBody(raw, out BlockBody? body)) return false;
            bodies.Add(body!);
        }

        return true;
    }

    public static bool TryReadReceipts(RlpReader items, int version, int limit, out List<IReadOnlyList<Receipt>> blocks)
    {
        blocks = [];
        while (!items.AtEnd)
        {
            if (blocks.Count == limit || !items.TryReadList(out RlpReader block)) return false;
            List<Receipt> receipts = [];
            while (!block.AtEnd)
            {
                if (!EthReceiptCodec.TryRead(ref block, version, out Receipt? receipt)) return false;
                receipts.Add(receipt);
            }

            blocks.Add(receipts);
        }

        return true;
    }
}
