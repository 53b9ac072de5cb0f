using BpDao.Db;
using BpDao.Db.Memory;

namespace BpDao.Testing.Db;

/// <summary>A database whose machine can die in front of any write, and which says what a new process would then find.</summary>
/// <remarks>
/// Death of the process (kill -9) spares the page cache: every completed write is found again. Loss of power spares what was
/// synced, and some of the writes after that, in order. RocksDB's write-ahead log behaves so; this stands in for it.
/// </remarks>
public sealed class CrashSimulatingDb : IDb
{
    private readonly Lock _writing = new();
    private readonly MemoryDb _now;

    // The content when last synced, then after each write since.
    private readonly List<MemoryDb> _sinceSync = [];

    public CrashSimulatingDb() : this(new MemoryDb())
    {
    }

    private CrashSimulatingDb(MemoryDb content)
    {
        _now = content;
        _sinceSync.Add(content.Copy());
    }

    /// <summary>Completed writes.</summary>
    public int Writes { get; private set; }

    /// <summary>Writes that a loss of power may take.</summary>
    public int UnsyncedWrites => _sinceSync.Count - 1;

    /// <summary>The machine dies in front of the write with this number, counted from zero; null: it lives.</summary>
    public int? CrashBeforeWrite { get; set; }

    public bool HasCrashed { get; private set; }

    /// <summary>Kills it now; every use from here on is a <see cref="SimulatedCrashException"/>.</summary>
    public void Crash() => HasCrashed = true;

    /// <summary>What a process finds that starts after kill -9.</summary>
    public CrashSimulatingDb AfterKill()
    {
        lock (_writing) return AfterPowerLoss(UnsyncedWrites);
    }

    /// <summary>What a process finds that starts after a loss of power.</summary>
    /// <param name="survivingWrites">How many of the unsynced writes reached the medium all the same.</param>
    public CrashSimulatingDb AfterPowerLoss(int survivingWrites = 0)
    {
        lock (_writing)
        {
            Crash();
            return new CrashSimulatingDb(_sinceSync[survivingWrites].Copy());
        }
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => Alive.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => Alive.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => Alive.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => Alive.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => Alive.CreateSnapshot();

    public void Write(WriteBatch batch, bool sync = false)
    {
        lock (_writing)
        {
            if (CrashBeforeWrite == Writes) Crash();
            Alive.Write(batch, sync);
            Writes++;
            if (sync) _sinceSync.Clear();
            _sinceSync.Add(_now.Copy());
        }
    }

    public void Dispose() => _now.Dispose();

    private MemoryDb Alive => HasCrashed ? throw new SimulatedCrashException() : _now;
}

/// <summary>The machine is dead.</summary>
public sealed class SimulatedCrashException() : Exception("The simulated machine has crashed.");
