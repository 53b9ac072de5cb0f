using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>A transaction on its way in, with what is known of it at each stage.</summary>
internal sealed class TxCandidate(Transaction tx, ulong chainId, ChainHead head)
{
    public Transaction Tx { get; } = tx;

    public ulong ChainId { get; } = chainId;

    public ChainHead Head { get; } = head;

    /// <summary>Bytes of its encoding; known once that was measured.</summary>
    public int Size { get; set; }

    /// <summary>Known once the signature was checked.</summary>
    public Address Sender { get; set; }

    /// <summary>The sender's account at the head; empty when it does not exist.</summary>
    public Account Account { get; set; } = Account.Empty;

    /// <summary>The sender's code.</summary>
    public ReadOnlyMemory<byte> Code { get; set; }

    /// <summary>The most that the transaction can take from its sender, in wei; known once its fields were checked.</summary>
    public UInt256 MaxCost { get; set; }

    /// <summary>Whose authorizations it carries; those of the system sender count for nothing (protocol rule 2.4).</summary>
    public IReadOnlyList<Address> Authorities { get; set; } = [];
}
