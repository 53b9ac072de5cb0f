using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Evm;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Writes a <see cref="Pivot"/>: blocks, receipts, certificates, engine records, the state's head and the chain's, in one synced batch.</summary>
internal sealed class PivotAdoption(BlockTree tree, IDb db, StateStore states, ISpecProvider specs, TransactionProcessor evm)
{
    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);

    public CommittedBlock Write(Pivot pivot)
    {
        WriteBatch batch = new();
        IReadOnlyList<Receipt> receipts = [];
        foreach (PivotBlock block in pivot.Blocks)
        {
            receipts = ReceiptsOf(block);
            BlockStore.Put(batch, block.Block, tree.StoredHead.TotalDifficulty);
            ReceiptStore.Put(batch, block.Block.Hash, receipts);
            BlockStore.PutCertificate(batch, block.Block.Hash, block.Certificate.Span);
            BlockStore.PutCanonical(batch, block.Block.Header);
            TransactionIndex.Put(batch, block.Block);
        }

        Block head = pivot.Blocks[^1].Block;
        EngineRecords.Put(batch, pivot.Records);
        BlockStore.PutHead(batch, head.Hash);
        BlockStore.PutFinalized(batch, head.Hash);
        states.Adopt(batch, head.Number, head.Hash, head.Header.StateRoot);
        db.Write(batch, sync: true);

        // The state can be read from here on. Only where the contracts fail right after the pivot is this missed.
        using StateView state = states.OpenView(head.Header.StateRoot)!;
        batch.Clear();
        EngineRecords.Put(batch, pivot.RecordsAt(new ContractCaller(state, head.Header, new AncestorHashes(tree, head.Header), specs, evm)));
        db.Write(batch, sync: true);
        return new CommittedBlock(head, receipts);
    }

    /// <summary>With what the trie does not hold: gas of single transactions and addresses of contracts.</summary>
    private static List<Receipt> ReceiptsOf(PivotBlock block)
    {
        List<Receipt> receipts = new(block.Receipts.Count);
        ulong before = 0;
        for (int i = 0; i < block.Receipts.Count; i++)
        {
            if (!ReceiptCodec.TryDecode(block.Receipts[i].Span, out Receipt? receipt)) throw new InvalidOperationException($"Receipt {i} of block {block.Block.Hash} is unreadable.");
            Transaction tx = block.Block.Transactions[i];
            Address? created = tx.IsCreation && Ecdsa.TryRecoverSender(tx, out Address sender) ? ContractAddress.OfNonce(sender, tx.Nonce) : null;
            receipts.Add(receipt! with { GasUsed = receipt.CumulativeGasUsed - before, ContractAddress = created });
            before = receipt.CumulativeGasUsed;
        }

        return receipts;
    }
}
