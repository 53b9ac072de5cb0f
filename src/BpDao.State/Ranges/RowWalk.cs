using BpDao.Db;
using BpDao.State.Tables;

namespace BpDao.State.Ranges;

/// <summary>Walks rows of a table in the order of their keys, as one committed block left them: the rows of the head beside what later blocks
/// replaced. Only for tables whose keys have one length.</summary>
internal sealed class RowWalk : IDisposable
{
    // Stepping over so many entries takes about as long as a seek.
    private const int MostSteps = 8;

    private readonly IDbSnapshot _db;
    private readonly StateTable _table;
    private readonly KeyRange _range;
    private readonly ulong _asOf;
    private readonly IDbIterator _rows;
    private readonly byte[] _historyKey = new byte[StateTables.LongestHistoryKey + 1];
    private IDbIterator? _past;
    private byte[] _key = [];
    private byte[] _value = new byte[AccountCodec.LongestSlim];
    private int _valueLength;
    private bool _hasRow, _hasPast;

    /// <param name="db">The database; the walk does not own it.</param>
    /// <param name="asOf">The block; null for the head.</param>
    /// <param name="table">Accounts or slots.</param>
    /// <param name="range">Of keys.</param>
    public RowWalk(IDbSnapshot db, ulong? asOf, StateTable table, KeyRange range)
    {
        (_db, _table, _range, _asOf) = (db, table, range, asOf ?? 0);
        _rows = db.Iterate(table.Column(), range);
        _hasRow = _rows.MoveNext();
        if (asOf is null) return;
        _past = db.Iterate(table.History(), range);
        _hasPast = _past.MoveNext();
    }

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Value => _value.AsSpan(0, _valueLength);

    public bool MoveNext()
    {
        while (_hasRow || _hasPast)
        {
            ReadOnlySpan<byte> pastKey = _hasPast ? StateTables.ReadHistoryKey(_past!.Key, out _) : default;
            int order = !_hasPast ? -1 : !_hasRow ? 1 : _rows.Key.SequenceCompareTo(pastKey);
            SetKey(order < 0 ? _rows.Key : pastKey);
            bool wasReplaced = order >= 0 && TakeReplaced();
            bool exists = wasReplaced ? _valueLength > 0 : order <= 0;
            if (order <= 0)
            {
                if (!wasReplaced) SetValue(_rows.Value);
                _hasRow = _rows.MoveNext();
            }

            if (exists) return true;
        }

        return false;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _past?.Dispose();
    }

    /// <summary>Takes what the first block after the wanted one found under the current key, and steps over the key's other entries.</summary>
    private bool TakeReplaced()
    {
        bool taken = false;
        for (int steps = 0; _hasPast && StateTables.ReadHistoryKey(_past!.Key, out ulong replacedBy).SequenceEqual(_key); steps++)
        {
            if (!taken && replacedBy > _asOf)
            {
                SetValue(_past.Value);
                (taken, steps) = (true, 0);
            }

            if (steps < MostSteps) _hasPast = _past.MoveNext();
            else SeekPast(taken ? ulong.MaxValue : _asOf + 1, after: taken);
        }

        return taken;
    }

    private void SeekPast(ulong number, bool after)
    {
        int length = StateTables.WriteHistoryKey(_historyKey, _key, number);
        _historyKey[length] = 0;
        _past!.Dispose();
        _past = _db.Iterate(_table.History(), _range with { From = _historyKey[..(after ? length + 1 : length)] });
        _hasPast = _past.MoveNext();
    }

    private void SetKey(ReadOnlySpan<byte> key)
    {
        if (_key.Length != key.Length) _key = key.ToArray();
        else key.CopyTo(_key);
    }

    private void SetValue(ReadOnlySpan<byte> value)
    {
        if (_value.Length < value.Length) _value = new byte[value.Length];
        value.CopyTo(_value);
        _valueLength = value.Length;
    }
}
