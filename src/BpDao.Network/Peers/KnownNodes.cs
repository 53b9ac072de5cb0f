using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>Nodes that sessions were held with, in a file: after a restart they lead back into the network when no bootnode is there. Thread-safe.</summary>
public sealed class KnownNodes
{
    /// <summary>Nodes kept; those seen longest ago make room.</summary>
    public const int Capacity = 128;

    private const int MaxFileBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly string? _path;
    private readonly ILogger _log;
    private readonly List<Enode> _nodes = [];
    private bool _isChanged;

    /// <param name="path">A text file with an enode URL a line, the newest last; null keeps nothing on disk. Lines that are no URLs are passed over, as a file that
    /// cannot be read is: it only saves time.</param>
    public KnownNodes(string? path, ILogger log)
    {
        (_path, _log) = (path, log);
        if (path is null || !File.Exists(path)) return;
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes) return;
            foreach (string line in File.ReadLines(path))
            {
                if (Enode.TryParse(line.Trim(), out Enode? node)) Remember(node);
            }

            _isChanged = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("Known nodes in '{Path}' cannot be read: {Reason}", path, e.Message);
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Enode> Nodes
    {
        get
        {
            lock (_gate) return [.. Enumerable.Reverse(_nodes)];
        }
    }

    /// <summary>A session is held with it now.</summary>
    public void Remember(Enode node)
    {
        lock (_gate)
        {
            int index = _nodes.FindIndex(n => n.PublicKey.Equals(node.PublicKey));
            _isChanged |= index < 0 || _nodes[index] != node;
            if (index >= 0) _nodes.RemoveAt(index);
            else if (_nodes.Count == Capacity) _nodes.RemoveAt(0);
            _nodes.Add(node);
        }
    }

    /// <summary>It turned out to be of another network.</summary>
    public void Forget(Hash256 id)
    {
        lock (_gate) _isChanged |= _nodes.RemoveAll(n => n.Id == id) > 0;
    }

    /// <summary>Writes the file when something has changed, whole or not at all.</summary>
    public void Save()
    {
        if (_path is null) return;
        lock (_gate)
        {
            if (!_isChanged) return;
            try
            {
                string partial = _path + ".partial";
                File.WriteAllLines(partial, _nodes.Select(n => n.ToString()));
                File.Move(partial, _path, overwrite: true);
                _isChanged = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.LogWarning("Known nodes cannot be written to '{Path}': {Reason}", _path, e.Message);
            }
        }
    }
}
