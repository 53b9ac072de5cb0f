namespace BpDao.Db.Rocks;

/// <summary>Keeps native memory from being used after it is freed: calls pass through here, closing waits for those
/// under way and frees everything that is still open on the database.</summary>
internal sealed class OpenHandles
{
    private readonly HashSet<INativeHandle> _open = new(ReferenceEqualityComparer.Instance);
    private int _inside;
    private int _closed;

    /// <exception cref="ObjectDisposedException">The database was disposed.</exception>
    public void Enter()
    {
        ObjectDisposedException.ThrowIf(!TryEnter(), typeof(RocksDatabase));
    }

    public void Leave() => Interlocked.Decrement(ref _inside);

    /// <summary>Call it inside, with what was opened just now.</summary>
    public void Add(INativeHandle handle)
    {
        lock (_open) _open.Add(handle);
    }

    /// <summary>Frees the handle, once. After the closing it is free already.</summary>
    public void Release(INativeHandle handle)
    {
        if (!TryEnter()) return;
        try
        {
            bool mine;
            lock (_open) mine = _open.Remove(handle);
            if (mine) handle.Free();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Frees what is open, then calls <paramref name="close"/>; a second call does nothing.</summary>
    public void Close(Action close)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        SpinWait wait = default;
        while (Volatile.Read(ref _inside) != 0) wait.SpinOnce();
        foreach (INativeHandle handle in _open) handle.Free();
        _open.Clear();
        close();
    }

    private bool TryEnter()
    {
        // The increment is a full fence: whoever closes sees it, or it sees the closing.
        Interlocked.Increment(ref _inside);
        if (Volatile.Read(ref _closed) == 0) return true;
        Leave();
        return false;
    }
}

/// <summary>Something native that must be freed before its database.</summary>
internal interface INativeHandle
{
    void Free();
}
