using BpDao.Core;
using BpDao.Db;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>One write of the chain: blocks stored, taken off and put on, and where the head is then. All of it or nothing is on disk.</summary>
/// <param name="states">Gives the rows of the state.</param>
/// <param name="buffer">What it is built in; whoever writes block after block brings the same one, as it grows to megabytes.</param>
internal sealed class ChainBatch(StateStore states, WriteBatch buffer)
{
    private readonly WriteBatch _batch = Emptied(buffer);
    private StateWrite? _state;

    private StateWrite State => _state ??= states.BeginWrite(_batch);

    /// <summary>Stores what belongs to a block on any branch.</summary>
    public void Store(DecidedBlock decided)
    {
        BlockStore.Put(_batch, decided.Block, decided.Header.TotalDifficulty);
        ReceiptStore.Put(_batch, decided.Block.Hash, decided.Executed.Processed.Receipts);
        if (decided.IsFinal) BlockStore.PutCertificate(_batch, decided.Block.Hash, decided.Certificate.Span);
        EngineRecords.Put(_batch, decided.Records);
    }

    /// <summary>Takes the head block off the canonical chain; before any <see cref="PutOn"/>.</summary>
    public void TakeOff(Block block)
    {
        State.Revert();
        BlockStore.DeleteCanonical(_batch, block.Number);
        TransactionIndex.Delete(_batch, block);
    }

    /// <summary>Makes a stored block the next one of the canonical chain.</summary>
    public void PutOn(ExecutedBlock executed)
    {
        State.Commit(executed.State, executed.Block.Number, executed.Block.Hash);
        BlockStore.PutCanonical(_batch, executed.Block.Header);
        TransactionIndex.Put(_batch, executed.Block);
    }

    public void SetHead(in Hash256 head) => BlockStore.PutHead(_batch, head);

    public void SetFinalized(in Hash256 finalized) => BlockStore.PutFinalized(_batch, finalized);

    /// <summary>On the medium when it returns.</summary>
    public void Write(IDb db)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Database);
        db.Write(_batch, sync: true);
    }

    private static WriteBatch Emptied(WriteBatch buffer)
    {
        buffer.Clear();
        return buffer;
    }
}
