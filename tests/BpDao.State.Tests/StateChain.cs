using BpDao.Core;
using BpDao.Db;
using Xunit;

namespace BpDao.State.Tests;

/// <summary>A chain of states in a database beside the same chain of models.</summary>
internal sealed class StateChain(IDb db, StateOptions options)
{
    private readonly List<StateModel> _models = [];

    public StateStore Store { get; } = new(db, options);

    /// <summary>The model after each block, genesis first.</summary>
    public IReadOnlyList<StateModel> Models => _models;

    public StateModel Head => _models.Count == 0 ? StateModel.Empty : _models[^1];

    public static Hash256 BlockHash(int number) => Keccak256.Hash(BitConverter.GetBytes(number));

    public StateChange Append(StateDiff diff)
    {
        StateChange change = Store.Compute(Head.Root(), diff);
        WriteBatch batch = new();
        Store.Commit(batch, change, (ulong)_models.Count, BlockHash(_models.Count));
        db.Write(batch);
        _models.Add(Head.With(diff));
        Assert.Equal(Head.Root(), change.Root);
        return change;
    }

    public void Revert(int blocks)
    {
        WriteBatch batch = new();
        StateWrite write = Store.BeginWrite(batch);
        for (int i = 0; i < blocks; i++) write.Revert();
        db.Write(batch);
        _models.RemoveRange(_models.Count - blocks, blocks);
    }

    /// <summary>Everything in the columns that hold states, but for code, which is never taken away.</summary>
    public static string[] Dump(IDbReader db, params DbColumn[] columns)
    {
        List<string> rows = [];
        foreach (DbColumn column in columns)
        {
            using IDbIterator all = db.Iterate(column);
            while (all.MoveNext()) rows.Add($"{column} {Convert.ToHexStringLower(all.Key)} {Convert.ToHexStringLower(all.Value)}");
        }

        return [.. rows];
    }

    public static DbColumn[] HeadColumns { get; } = [DbColumn.Accounts, DbColumn.Storage, DbColumn.AccountNodes, DbColumn.StorageNodes];

    public static DbColumn[] HistoryColumns { get; } =
    [
        DbColumn.AccountHistory, DbColumn.StorageHistory, DbColumn.AccountNodeHistory, DbColumn.StorageNodeHistory,
        DbColumn.StateRoots, DbColumn.ReverseDiffs, DbColumn.Metadata,
    ];
}
