using System.Text.Json;
using BpDao.Core;
using BpDao.TxPool;

namespace BpDao.JsonRpc;

/// <summary>The tag <c>pending</c>: what the next block would hold, were it built now from this node's pool. Nothing is executed, so it
/// has no roots; whoever leads the next round decides otherwise as it likes.</summary>
internal sealed class PendingBlock(ChainQuestions questions, ITxPool pool)
{
    /// <summary>Header and transactions in order; roots, bloom and gas used say nothing.</summary>
    public Block Build()
    {
        BlockHeader header = questions.PendingHeader();
        List<Transaction> transactions = [];
        ulong gas = 0;
        foreach (Transaction tx in pool.Best(header.BaseFeePerGas ?? UInt256.Zero))
        {
            if (tx.GasLimit > header.GasLimit - gas) break;
            gas += tx.GasLimit;
            transactions.Add(tx);
        }

        return new Block(header, new BlockBody(transactions, [], header.WithdrawalsRoot is null ? null : []));
    }

    /// <summary>As a block whose hash, nonce and bloom are null, as the execution API has pending blocks.</summary>
    public void Write(Utf8JsonWriter w, bool fullTransactions)
    {
        Block block = Build();
        BlockHeader h = block.Header;
        w.WriteStartObject();
        w.WriteQuantity("number"u8, h.Number);
        w.WriteNull("hash"u8);
        w.WriteData("parentHash"u8, h.ParentHash);
        w.WriteNull("nonce"u8);
        w.WriteNull("logsBloom"u8);
        w.WriteData("sha3Uncles"u8, BlockHeader.EmptyOmmersHash);
        w.WriteData("miner"u8, h.Beneficiary);
        w.WriteQuantity("difficulty"u8, h.Difficulty);
        w.WriteData("extraData"u8, ReadOnlySpan<byte>.Empty);
        w.WriteQuantity("gasLimit"u8, h.GasLimit);
        w.WriteQuantity("gasUsed"u8, 0UL);
        w.WriteQuantity("timestamp"u8, h.Timestamp);
        if (h.BaseFeePerGas is { } baseFee) w.WriteQuantity("baseFeePerGas"u8, baseFee);
        w.WriteStartArray("transactions"u8);
        foreach (Transaction tx in block.Transactions)
        {
            if (fullTransactions) TransactionJson.Write(w, tx, null);
            else w.WriteDataValue(tx.Hash.Bytes);
        }

        w.WriteEndArray();
        w.WriteStartArray("uncles"u8);
        w.WriteEndArray();
        w.WriteEndObject();
    }
}
