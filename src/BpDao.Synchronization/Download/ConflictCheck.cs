using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>What to make of a certificate for another block at a committed height: a lie, an old key's joke, or the end of the chain's safety (evidence E6).</summary>
internal sealed class ConflictCheck(BlockTree tree, IContractReader contracts, IConsensusRules rules, WeakSubjectivity trust)
{
    /// <summary>True when the block is not the one that is committed here at its height.</summary>
    public bool IsAnother(BlockHeader header) => tree.HashByNumber(header.Number) is { } own && own != header.Hash;

    /// <summary>Throws when the certificate is good and of an age for which its signers can still be made to pay; returns when it is worth nothing.</summary>
    /// <exception cref="SyncHaltedException">Two final blocks of one height.</exception>
    public void ThrowIfFinal(BlockHeader other, ReadOnlyMemory<byte> certificate)
    {
        if (BindingAt(other.Number, other.Hash) is not { Number: > 0 }) return;
        if (rules.ValidateCertificate(other, certificate.Span).IsValid) throw Conflict(other.Number, other, certificate);
    }

    /// <summary>The same for a block above the head whose parent is not the head: a certificate for it makes that parent final, too.</summary>
    /// <exception cref="SyncHaltedException">Two final blocks of one height.</exception>
    public void ThrowIfParentIsFinal(BlockHeader child, ReadOnlyMemory<byte> certificate)
    {
        if (child.Number == 0 || BindingAt(child.Number - 1, child.ParentHash) is not { } own || contracts.At(own.Hash) is not { } state) return;
        if (rules.ValidateCertificate(child, certificate.Span, own, state).IsValid) throw Conflict(own.Number, child, certificate);
    }

    // How old a height is says the block that is committed here: what a header says of itself is free to whoever makes one.
    private BlockHeader? BindingAt(ulong number, Hash256 shown) =>
        tree.HeaderByNumber(number) is { } own && own.Hash != shown && !trust.IsOld(own) ? own : null;

    private SyncHaltedException Conflict(ulong number, BlockHeader shown, ReadOnlyMemory<byte> certificate) => new(
        $"ConflictingCommit: block {number} is final twice, so more than a third of the weight has signed both (evidence E6). Keep the data directory. "
        + $"Here {tree.HashByNumber(number)} with certificate {Hex.Encode(tree.CertificateByNumber(number) ?? [])}; "
        + $"a peer shows block {shown.Number} {shown.Hash} on {shown.ParentHash} with certificate {Hex.Encode(certificate.Span)}");
}
