using BpDao.Core;

namespace BpDao.State.Ranges;

/// <summary>Walks accounts, or the slots of one account, in the order of their hashes. Nothing is gathered: a walk that is left early costs
/// what was walked.</summary>
public sealed class LeafWalk : IDisposable
{
    private readonly RowWalk? _rows;

    internal LeafWalk(RowWalk? rows) => _rows = rows;

    /// <summary>Hash of the address, or of the slot.</summary>
    public Hash256 Key => new(_rows!.Key[^Hash256.Size..]);

    /// <summary>The slim account (devp2p, snap.md, Data format), or the digits of the slot's value; valid until the next step.</summary>
    public ReadOnlySpan<byte> Value => _rows!.Value;

    public bool MoveNext() => _rows is not null && _rows.MoveNext();

    public void Dispose() => _rows?.Dispose();
}
