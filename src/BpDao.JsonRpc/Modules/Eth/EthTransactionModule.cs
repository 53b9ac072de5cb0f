using BpDao.Blockchain;
using BpDao.Core;
using BpDao.TxPool;

namespace BpDao.JsonRpc;

/// <summary>Transactions and their receipts, and the door for new ones.</summary>
internal sealed class EthTransactionModule(ChainQuestions questions, ITxPool pool) : IRpcModule
{
    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_sendRawTransaction", 1, 1, SendRaw),
        new("eth_getTransactionByHash", 1, 1, ByHash),
        new("eth_getTransactionByBlockHashAndIndex", 2, 2, ByBlockHashAndIndex),
        new("eth_getTransactionByBlockNumberAndIndex", 2, 2, ByBlockNumberAndIndex),
        new("eth_getTransactionReceipt", 1, 1, Receipt),
        new("eth_getBlockReceipts", 1, 1, BlockReceiptsOf),
    ];

    private BlockTree Tree => questions.Tree;

    private RpcResult SendRaw(RpcCall call)
    {
        if (!call.Parameters.Data(0, out byte[] encoded)) return call.Parameters.Fault;
        if (!TransactionCodec.TryDecode(encoded, out Transaction? tx)) return RpcError.InvalidParams("invalid transaction: malformed RLP");
        AcceptTxResult result = pool.Submit(tx!);
        return result.IsAccepted ? RpcResult.Of(tx!.Hash) : RpcError.Server(result.ToString());
    }

    private RpcResult ByHash(RpcCall call)
    {
        if (!call.Parameters.Hash(0, out Hash256 hash)) return call.Parameters.Fault;
        if (Tree.FindTransaction(hash) is { } place && Tree.BlockByNumber(place.BlockNumber) is { } block) return Of(block, place.Index);
        return pool.TryGet(hash, out Transaction? waiting) ? RpcResult.Of(w => TransactionJson.Write(w, waiting, null)) : RpcResult.Null;
    }

    private RpcResult ByBlockHashAndIndex(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Hash(0, out Hash256 hash) || !p.Quantity(1, out ulong index)) return p.Fault;
        return AtIndex(Tree.BlockByHash(hash), index);
    }

    private RpcResult ByBlockNumberAndIndex(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Block(0, out BlockParameter block) || !p.Quantity(1, out ulong index)) return p.Fault;
        return questions.FindBlock(block) is { } found ? AtIndex(found, index) : questions.Missing(block);
    }

    private RpcResult Receipt(RpcCall call)
    {
        if (!call.Parameters.Hash(0, out Hash256 hash)) return call.Parameters.Fault;
        if (Tree.FindTransaction(hash) is not { } place || Tree.HashByNumber(place.BlockNumber) is not { } blockHash
            || BlockReceipts.Load(questions, blockHash) is not { } receipts)
        {
            return RpcResult.Null;
        }

        questions.WithSender(receipts.Block.Transactions[place.Index], receipts.Block.Header);
        return RpcResult.Of(w => receipts.Write(w, place.Index));
    }

    private RpcResult BlockReceiptsOf(RpcCall call)
    {
        if (!call.Parameters.Block(0, out BlockParameter block)) return call.Parameters.Fault;
        if (questions.Find(block) is not { } header || BlockReceipts.Load(questions, header.Hash) is not { } receipts) return questions.Missing(block);
        questions.WithSenders(receipts.Block);
        return RpcResult.Of(w =>
        {
            w.WriteStartArray();
            for (int i = 0; i < receipts.Receipts.Count; i++) receipts.Write(w, i);
            w.WriteEndArray();
        });
    }

    private RpcResult AtIndex(Block? block, ulong index) =>
        block is not null && index < (ulong)block.Transactions.Count ? Of(block, (int)index) : RpcResult.Null;

    private RpcResult Of(Block block, int index)
    {
        Transaction tx = questions.WithSender(block.Transactions[index], block.Header);
        return RpcResult.Of(w => TransactionJson.Write(w, tx, new TransactionPlace(block.Header, index)));
    }
}
