namespace BpDao.Network;

/// <summary>A node in the table: it has answered a ping of ours from where it is said to be.</summary>
internal sealed class TableNode(NodeContact contact, long seenAt)
{
    public NodeContact Contact { get; set; } = contact;

    /// <summary>Its newest record that we have; null when it has none or was not asked yet.</summary>
    public NodeRecord? Record { get; set; }

    /// <summary>Timestamp of its last answer.</summary>
    public long SeenAt { get; set; } = seenAt;

    /// <summary>Requests in a row that it did not answer.</summary>
    public int Failures { get; set; }
}
