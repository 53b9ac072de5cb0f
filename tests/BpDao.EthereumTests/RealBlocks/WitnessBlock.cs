using System.Text.Json;
using BpDao.Core;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>A block of mainnet with its parent and the part of the state that it needs.</summary>
internal sealed record WitnessBlock(Block Block, BlockHeader Parent, IReadOnlyDictionary<Hash256, byte[]> Content)
{
    /// <summary>Format <c>state-blocks</c>: everything in RLP, nodes by hash.</summary>
    public static WitnessBlock ReadRlp(JsonElement file)
    {
        RlpReader ommers = new(Bytes(file.GetProperty("ommers")));
        List<BlockHeader> read = [];
        if (!ommers.TryReadList(out RlpReader list)) throw new InvalidDataException("ommers");
        while (!list.AtEnd) read.Add(HeaderCodec.TryRead(ref list, out BlockHeader? ommer) ? ommer! : throw new InvalidDataException("ommer"));
        Transaction[] transactions = [.. file.GetProperty("transactions").EnumerateArray().Select(t => Decode(Bytes(t)))];
        return new WitnessBlock(
            new Block(Header(Bytes(file.GetProperty("header"))), new BlockBody(transactions, read, null)),
            Header(Bytes(file.GetProperty("parentHeader"))),
            file.GetProperty("nodes").EnumerateObject().ToDictionary(n => Hash256.Parse(n.Name), n => Bytes(n.Value)));
    }

    /// <summary>Format <c>stateless</c>: the block as <c>eth_getBlockByNumber</c> shows it, the witness as <c>debug_executionWitness</c> does.</summary>
    public static WitnessBlock ReadRpc(JsonElement block, JsonElement witness)
    {
        Transaction[] transactions = [.. block.GetProperty("transactions").EnumerateArray().Select(t => RpcTransaction.Read(t).Transaction)];
        IEnumerable<JsonElement> content = witness.GetProperty("state").EnumerateArray().Concat(witness.GetProperty("codes").EnumerateArray());
        return new WitnessBlock(
            new Block(RpcHeader.Read(block), new BlockBody(transactions, [], null)),
            Header(Bytes(witness.GetProperty("headers").EnumerateArray().Last())),
            content.Select(Bytes).ToDictionary(item => Keccak256.Hash(item)));
    }

    private static BlockHeader Header(byte[] rlp)
    {
        RlpReader reader = new(rlp);
        return HeaderCodec.TryRead(ref reader, out BlockHeader? header) && reader.AtEnd ? header! : throw new InvalidDataException("header");
    }

    private static Transaction Decode(byte[] encoded) =>
        TransactionCodec.TryDecode(encoded, out Transaction? transaction) ? transaction! : throw new InvalidDataException("transaction");

    private static byte[] Bytes(JsonElement hex) => Hex.Decode(hex.GetString()!);
}
