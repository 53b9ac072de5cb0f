using System.Text.Json;
using System.Threading.Channels;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Engines;

namespace BpDao.Node.Commands;

/// <summary>Prints a line for each block after the node committed it, in order.</summary>
/// <param name="json">One JSON object a line; otherwise text for people.</param>
internal sealed class BlockLines(BlockTree chain, IBlockReport report, TextWriter output, bool json)
{
    // Blocks wait for a slow reader of the output; they are small against what the node holds anyway.
    private readonly Channel<CommittedBlock> _blocks = Channel.CreateUnbounded<CommittedBlock>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Begins to listen; blocks committed before are not printed.</summary>
    public void Attach() => chain.Updated += update =>
    {
        foreach (CommittedBlock added in update.Added) _blocks.Writer.TryWrite(added);
    };

    /// <summary>Prints until that block was printed, or for ever when it is 0.</summary>
    public async Task RunAsync(ulong last, CancellationToken cancellation)
    {
        await foreach (CommittedBlock committed in _blocks.Reader.ReadAllAsync(cancellation))
        {
            BlockReport r = report.Of(committed);
            await output.WriteLineAsync(json ? Json(committed.Block, r) : Text(committed.Block, r));
            await output.FlushAsync(cancellation);
            if (last != 0 && committed.Block.Number >= last) return;
        }
    }

    private static string Text(Block block, BlockReport r) =>
        $"block {block.Number}  {block.Hash.ToString()[..18]}…  {block.Transactions.Count} txs  {block.Header.GasUsed} gas  "
        + $"producer {r.Producer}  round {r.Round}  {(r.Pool is { } pool ? $"pool {pool.Height} {pool.Verdict}" : "no pool")}";

    private static string Json(Block block, BlockReport r)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter w = new(line))
        {
            w.WriteStartObject();
            w.WriteNumber("number"u8, block.Number);
            w.WriteString("hash"u8, block.Hash.ToString());
            w.WriteString("stateRoot"u8, block.Header.StateRoot.ToString());
            w.WriteNumber("timestamp"u8, block.Header.Timestamp);
            w.WriteString("producer"u8, r.Producer.ToString());
            w.WriteNumber("round"u8, r.Round);
            w.WriteNumber("transactions"u8, block.Transactions.Count);
            w.WriteNumber("gasUsed"u8, block.Header.GasUsed);
            w.WriteString("productionTax"u8, r.ProductionTax.ToString());
            w.WriteString("repMinted"u8, r.RepMinted.ToString());
            w.WriteString("salary"u8, r.Salary.ToString());
            w.WriteObject("pool", r.Pool, pool =>
            {
                w.WriteNumber("height"u8, pool.Height);
                w.WriteString("verdict"u8, pool.Verdict);
                w.WriteString("forWeight"u8, pool.ForWeight.ToString());
                w.WriteString("againstWeight"u8, pool.AgainstWeight.ToString());
                w.WriteString("totalWeight"u8, pool.TotalWeight.ToString());
            });
            w.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }
}
