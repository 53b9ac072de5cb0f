using BpDao.Blockchain;
using BpDao.Core;
using BpDao.TxPool;

namespace BpDao.Synchronization;

/// <summary>Answers what peers ask of the chain and the pool. Every answer is bounded in count and bytes; what is not here is left out.</summary>
public sealed class ChainServer(BlockTree chain, ITxPool pool)
{
    /// <summary>The blocks that can be served while that one is the head.</summary>
    internal BlockRange RangeAt(BlockHeader head) => new(chain.Earliest, head.Number, head.Hash);

    internal byte[] Headers(ulong id, in HeadersQuery query) => Answer(id, HeadersOf(query), HeaderCodec.Write);

    internal byte[] Bodies(ulong id, IReadOnlyList<Hash256> hashes) =>
        Answer(id, Found(hashes, chain.EncodedBodyOf), (w, body) => w.WriteRaw(body));

    internal byte[] Receipts(ulong id, int version, IReadOnlyList<Hash256> hashes) => Answer(id, Found(hashes, chain.ReceiptsOf), (w, receipts) =>
    {
        w.StartList();
        foreach (Receipt receipt in receipts) EthReceiptCodec.Write(w, version, receipt);
        w.EndList();
    });

    internal byte[] PooledTransactions(ulong id, IReadOnlyList<Hash256> hashes) =>
        Answer(id, Found(hashes, hash => pool.TryGet(hash, out Transaction? tx) ? tx : null), TransactionCodec.WriteInBody);

    private IEnumerable<BlockHeader> HeadersOf(HeadersQuery query)
    {
        int left = (int)Math.Min(query.Limit, EthLimits.Headers);
        BlockHeader? header = query.Hash is { } hash ? chain.HeaderByHash(hash) : chain.HeaderByNumber(query.Number);
        while (header is not null && left-- > 0)
        {
            yield return header;
            header = Next(header, query);
        }
    }

    private BlockHeader? Next(BlockHeader header, in HeadersQuery query)
    {
        ulong step = query.Skip == ulong.MaxValue ? ulong.MaxValue : query.Skip + 1;
        if (query.Reverse)
        {
            if (step > header.Number) return null;
            // A side branch is followed block by block; its numbers name other blocks.
            if (!chain.IsCanonical(header)) return step == 1 ? chain.HeaderByHash(header.ParentHash) : null;
            return chain.HeaderByNumber(header.Number - step);
        }

        return step > ulong.MaxValue - header.Number || !chain.IsCanonical(header) ? null : chain.HeaderByNumber(header.Number + step);
    }

    private static IEnumerable<T> Found<T>(IReadOnlyList<Hash256> hashes, Func<Hash256, T?> find)
        where T : class
    {
        foreach (Hash256 hash in hashes)
        {
            if (find(hash) is { } found) yield return found;
        }
    }

    private static byte[] Answer<T>(ulong id, IEnumerable<T> items, Action<RlpWriter, T> write)
    {
        RlpWriter w = new(4096);
        RlpWriter one = new(4096);
        w.StartList().Write(id).StartList();
        foreach (T item in items)
        {
            one.Clear();
            write(one, item);
            // The frame around it must not grow beyond what a peer accepts.
            if (w.Length + one.Length > EthLimits.MessageBytes - 1024) break;
            w.WriteRaw(one.WrittenSpan);
            if (w.Length >= EthLimits.SoftAnswerBytes) break;
        }

        return w.EndList().EndList().ToArray();
    }
}
