using BpDao.Core;
using BpDao.Db;
using BpDao.State.Download;
using BpDao.State.Proofs;
using BpDao.State.Ranges;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>The states of the chain: views of them in, changes computed on them, changes committed with their block.</summary>
/// <remarks>
/// <para>On disk is one state in full, the head's: flat rows for reads, trie nodes by their path for roots and proofs. Every block
/// keeps what it replaced, under the row's key and its own number (<see cref="StateTables"/>). Thus a read at the head is one
/// look-up, an earlier state is the head with the replaced rows in front, taking a block off puts them back, and pruning is to
/// forget them: the same few lines for accounts, slots and nodes, and proofs reach as far back as states. It costs each changed
/// row a second write and, after the retention, a deletion; reads of earlier states cost a seek each.</para>
/// <para>Rejected: nodes by their hash, since equal nodes in several places need reference counts, or a sweep over the trie, before
/// any can be deleted; rows by key and block number only, since every read at the head becomes a seek; one blob of undo data per
/// block, since a state a hundred blocks back needs all of them in memory; database snapshots as history, since they end with the process.</para>
/// <para>States that are not committed (judged blocks, side branches) are changes in memory laid over a committed one. Nothing in
/// memory follows from a commit: the head is read from the database, and the caches are by content.</para>
/// <para>Views and computations may run on any thread. Committing is for one thread at a time.</para>
/// </remarks>
public sealed class StateStore(IDb db, StateOptions options)
{
    private readonly Lock _lock = new();
    private readonly HeldChanges _held = new();
    private readonly StateCaches _caches = new(options);

    /// <summary>The block whose state is committed last; null before genesis.</summary>
    public StateHead? Head => StateHead.Read(db);

    /// <summary>Opens the state with that root: of the head, of a retained block before it, or of a change that is held.
    /// Null when it is none of these.</summary>
    public StateView? OpenView(in Hash256 root)
    {
        IDbSnapshot snapshot;
        StateReader? reader;

        // One step, so that a change that is released because it was just written is found in one place or the other.
        lock (_lock)
        {
            snapshot = db.CreateSnapshot();
            reader = _held.Resolve(root, committed => OpenCommitted(snapshot, committed));
        }

        if (reader is not null) return new StateView(root, reader, snapshot);
        snapshot.Dispose();
        return null;
    }

    /// <summary>Opens a committed state to be served by ranges; null when it is not the head's nor retained.</summary>
    public StateRanges? OpenRanges(in Hash256 root)
    {
        IDbSnapshot snapshot = db.CreateSnapshot();
        if (OpenCommitted(snapshot, root) is { } reader) return new StateRanges(root, snapshot, reader);
        snapshot.Dispose();
        return null;
    }

    /// <summary>Committed code by its hash, whatever state it belongs to; null when it is unknown.</summary>
    public ReadOnlyMemory<byte>? FindCode(in Hash256 hash)
    {
        using IDbSnapshot snapshot = db.CreateSnapshot();
        return new StateReader(snapshot, null, [], _caches).FindCode(hash);
    }

    /// <summary>A state is being fetched from other nodes: until <see cref="Adopt"/> there is no head, and only held states can be opened.</summary>
    public bool IsPartial => PartialState.IsUnderWay(db);

    /// <summary>Begins to fetch a state, or goes on with it. The state of the head, which must be genesis, goes: hold its change to keep it readable.</summary>
    /// <exception cref="InvalidOperationException">The head is a later block: its state is not thrown away.</exception>
    public PartialState OpenPartial() => PartialState.Open(db, _caches);

    /// <summary>Makes a fetched state the head's, within the batch that makes its block the chain's head. Nothing before it can be read or reverted to.</summary>
    /// <exception cref="InvalidOperationException">The state that was fetched has another root: a bug.</exception>
    public void Adopt(WriteBatch batch, ulong number, in Hash256 blockHash, in Hash256 root) => PartialState.Adopt(db, batch, number, blockHash, root);

    /// <summary>What a diff makes of the state that it was executed on. Writes nothing.</summary>
    public static StateChange Compute(StateView parent, StateDiff diff) => StateCalculator.Compute(parent, diff, Environment.ProcessorCount);

    /// <summary>What a diff makes of the state with that root. Writes nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no such state: a bug, since something was executed on it.</exception>
    public StateChange Compute(in Hash256 parentRoot, StateDiff diff)
    {
        using StateView parent = OpenView(parentRoot) ?? throw new InvalidOperationException($"There is no state {parentRoot}.");
        return Compute(parent, diff);
    }

    /// <summary>Proof of an account and slots at the state with that root; null when <see cref="OpenView"/> would say so.</summary>
    public AccountProof? GetProof(in Hash256 root, in Address address, IReadOnlyList<UInt256> slots)
    {
        using StateView? view = OpenView(root);
        return view?.GetProof(address, slots);
    }

    /// <summary>Makes the state of a change that is not committed available by its root until <see cref="Release"/>, as long as the
    /// committed state beneath it is retained.</summary>
    public void Hold(StateChange change)
    {
        lock (_lock) _held.Add(change);
    }

    /// <summary>Ends <see cref="Hold"/>: after the batch that commits the change is written, or when nobody wants it any more.
    /// Open views of it stay.</summary>
    public void Release(StateChange change)
    {
        lock (_lock) _held.Remove(change);
    }

    /// <summary>Starts moving the head within a batch; several blocks may come off and go on.</summary>
    public StateWrite BeginWrite(WriteBatch batch) => new(db, batch, options.RetainedBlocks);

    /// <summary>Puts one block on the head: its rows, nodes, code and the way back, all into the caller's batch.</summary>
    /// <exception cref="InvalidOperationException">The change does not start from the head: a bug.</exception>
    public void Commit(WriteBatch batch, StateChange change, ulong blockNumber, in Hash256 blockHash) =>
        BeginWrite(batch).Commit(change, blockNumber, blockHash);

    private StateReader? OpenCommitted(IDbSnapshot snapshot, in Hash256 root)
    {
        StateHead? head = StateHead.Read(snapshot);
        // Without a head, rows there may be are those of a state that is being fetched.
        if (head is null) return root == Account.EmptyTrieRoot ? new StateReader(null, null, [], _caches) : null;
        if (root == head.Root) return new StateReader(snapshot, null, [], _caches);
        return StateRootIndex.Find(snapshot, root) is { } number ? new StateReader(snapshot, number, [], _caches) : null;
    }
}
