using System.Text.Json;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Blocks: what they are, how many transactions and uncles they have, where the chain is.</summary>
internal sealed class EthBlockModule(ChainQuestions questions, PendingBlock pending, ISyncProgress? sync) : IRpcModule
{
    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_chainId", 0, 0, _ => RpcResult.Of(questions.Specs.ChainId)),
        new("eth_blockNumber", 0, 0, _ => RpcResult.Of(questions.Tree.Head.Number)),
        new("eth_syncing", 0, 0, _ => sync?.Status is { } status ? RpcResult.Of(w => Write(w, status)) : RpcResult.Of(false)),
        // Keys are with the engine and with wallets, never behind RPC.
        new("eth_accounts", 0, 0, _ => RpcResult.Of(static w =>
        {
            w.WriteStartArray();
            w.WriteEndArray();
        })),
        new("eth_getBlockByNumber", 1, 2, ByNumber),
        new("eth_getBlockByHash", 1, 2, ByHash),
        new("eth_getBlockTransactionCountByNumber", 1, 1, call => OfNumbered(call, b => b.Transactions.Count)),
        new("eth_getBlockTransactionCountByHash", 1, 1, call => OfHashed(call, b => b.Transactions.Count)),
        new("eth_getUncleCountByBlockNumber", 1, 1, call => OfNumbered(call, b => b.Body.Ommers.Count)),
        new("eth_getUncleCountByBlockHash", 1, 1, call => OfHashed(call, b => b.Body.Ommers.Count)),
    ];

    private RpcResult ByNumber(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Block(0, out BlockParameter parameter) || !p.Flag(1, out bool full)) return p.Fault;
        if (parameter.Kind == BlockParameterKind.Pending) return RpcResult.Of(w => pending.Write(w, full));
        return questions.FindBlock(parameter) is { } block ? Of(block, full) : questions.Missing(parameter);
    }

    private RpcResult ByHash(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Hash(0, out Hash256 hash) || !p.Flag(1, out bool full)) return p.Fault;
        return questions.Tree.BlockByHash(hash) is { } block ? Of(block, full) : RpcResult.Null;
    }

    private RpcResult OfNumbered(RpcCall call, Func<Block, int> count)
    {
        if (!call.Parameters.Block(0, out BlockParameter parameter)) return call.Parameters.Fault;
        Block? block = parameter.Kind == BlockParameterKind.Pending ? pending.Build() : questions.FindBlock(parameter);
        return block is null ? questions.Missing(parameter) : RpcResult.Of((ulong)count(block));
    }

    private RpcResult OfHashed(RpcCall call, Func<Block, int> count)
    {
        if (!call.Parameters.Hash(0, out Hash256 hash)) return call.Parameters.Fault;
        return questions.Tree.BlockByHash(hash) is { } block ? RpcResult.Of((ulong)count(block)) : RpcResult.Null;
    }

    private static void Write(Utf8JsonWriter w, SyncStatus status)
    {
        w.WriteStartObject();
        w.WritePropertyName("startingBlock"u8);
        w.WriteQuantityValue(status.Starting);
        w.WritePropertyName("currentBlock"u8);
        w.WriteQuantityValue(status.Current);
        w.WritePropertyName("highestBlock"u8);
        w.WriteQuantityValue(status.Highest);
        w.WriteEndObject();
    }

    private RpcResult Of(Block block, bool full)
    {
        if (full) questions.WithSenders(block);
        return RpcResult.Of(w => BlockJson.Write(w, block, full));
    }
}
