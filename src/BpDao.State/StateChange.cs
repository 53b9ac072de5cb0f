using BpDao.Core;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>What a <see cref="StateDiff"/> does to one state: the root it leads to, and every row it changes. A value; nothing of
/// it is in the database until it is committed.</summary>
public sealed class StateChange
{
    private readonly RowChanges[] _rows;

    internal StateChange(Hash256 parentRoot, Hash256 root, RowChanges[] rows, IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> code)
    {
        ParentRoot = parentRoot;
        Root = root;
        Code = code;
        _rows = rows;
    }

    /// <summary>The state it starts from.</summary>
    public Hash256 ParentRoot { get; }

    /// <summary>The state it leads to.</summary>
    public Hash256 Root { get; }

    internal IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> Code { get; }

    internal RowChanges Rows(StateTable table) => _rows[(int)table];
}
