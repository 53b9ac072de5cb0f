using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>A proposal of our own, without the block's bytes, which are kept beside it.</summary>
public sealed record OwnProposal(ulong Epoch, ulong Height, uint Round, Hash256 BlockHash, TimeoutCertificate? Justification, ReadOnlyMemory<byte> Signature);

/// <summary>What a voter must not forget about one height (protocol rule 4.6): whatever it signed last, and what bounds what it may sign next.</summary>
public sealed record SafetyRecord
{
    /// <summary>Blocks of one height that may be voted against, and that may get a second vote; beyond, silence.</summary>
    public const int MaxRemembered = 256;

    private const ulong Version = 3;

    // Without the timeout certificate.
    private const ulong SecondVersion = 2;

    // Nor the lists of rejected and seconded blocks.
    private const ulong FirstVersion = 1;

    /// <summary>The height it is about; the others are decided, or not yet begun.</summary>
    public required ulong Height { get; init; }

    public uint CurrentRound { get; init; }

    public OwnProposal? Proposal { get; init; }

    public Vote? Vote1 { get; init; }

    public Vote? Vote2 { get; init; }

    public TimeoutMessage? Timeout { get; init; }

    /// <summary>The highest QC1 seen.</summary>
    public BlockCertificate? HighQc { get; init; }

    /// <summary>The highest timeout certificate seen.</summary>
    public TimeoutCertificate? LastTimeoutCertificate { get; init; }

    /// <summary>Blocks whose bytes are kept beside the record.</summary>
    public IReadOnlyList<Hash256> KeptBlocks { get; init; } = [];

    /// <summary>Blocks that this key voted against.</summary>
    public IReadOnlyList<Hash256> Rejected { get; init; } = [];

    /// <summary>Blocks that this key gave a second vote.</summary>
    public IReadOnlyList<Hash256> Seconded { get; init; } = [];

    /// <summary>−1 for none, here and below.</summary>
    public long LastProposalRound => Proposal?.Round ?? -1L;

    public long LastVote1Round => Vote1?.Round ?? -1L;

    public long LastVote2Round => Vote2?.Round ?? -1L;

    public long TimeoutRound => Timeout?.Round ?? -1L;

    /// <param name="owner">Binds the record to one network and one key: another key's history says nothing about this one.</param>
    public byte[] Encode(Hash256 owner)
    {
        RlpWriter w = new(1024);
        w.StartList().Write(Version).Write(owner).Write(Height).Write((ulong)CurrentRound);
        w.StartList();
        if (Proposal is { } p)
        {
            w.Write(p.Epoch).Write((ulong)p.Round).Write(p.BlockHash);
            CertificateCodec.WriteOptional(w, p.Justification);
            w.Write(p.Signature.Span);
        }

        w.EndList();
        WriteMessage(w, Vote1);
        WriteMessage(w, Vote2);
        WriteMessage(w, Timeout);
        WriteMessage(w, HighQc is { } qc ? new BlockCertificateMessage(qc) : null);
        w.StartList();
        foreach (Hash256 hash in KeptBlocks) w.Write(hash);
        w.EndList().StartList();
        foreach (Hash256 hash in Rejected) w.Write(hash);
        w.EndList().StartList();
        foreach (Hash256 hash in Seconded) w.Write(hash);
        w.EndList();
        CertificateCodec.WriteOptional(w, LastTimeoutCertificate);
        return w.EndList().ToArray();
    }

    /// <summary>False for what this version did not write for this owner.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, Hash256 owner, [NotNullWhen(true)] out SafetyRecord? record)
    {
        record = null;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong version) || version is not (FirstVersion or SecondVersion or Version)
            || !r.TryReadHash(out Hash256 writtenBy) || writtenBy != owner || !r.TryReadUInt64(out ulong height)
            || !CertificateCodec.TryReadRound(ref r, out uint round) || !TryReadProposal(ref r, height, out OwnProposal? proposal)
            || !TryReadMessage(ref r, out Vote? vote1) || !TryReadMessage(ref r, out Vote? vote2) || !TryReadMessage(ref r, out TimeoutMessage? timeout)
            || !TryReadMessage(ref r, out BlockCertificateMessage? qc) || !TryReadHashes(ref r, out List<Hash256> kept))
        {
            return false;
        }

        List<Hash256> rejected = [], seconded = [];
        TimeoutCertificate? tc = null;
        if ((version >= SecondVersion && (!TryReadHashes(ref r, out rejected) || !TryReadHashes(ref r, out seconded)))
            || (version == Version && !CertificateCodec.TryReadOptional(ref r, out tc)) || !r.AtEnd)
        {
            return false;
        }

        record = new SafetyRecord
        {
            Height = height,
            CurrentRound = round,
            Proposal = proposal,
            Vote1 = vote1,
            Vote2 = vote2,
            Timeout = timeout,
            HighQc = qc?.Certificate,
            KeptBlocks = kept,
            Rejected = rejected,
            Seconded = seconded,
            LastTimeoutCertificate = tc,
        };
        return true;
    }

    private static void WriteMessage(RlpWriter w, PorMessage? message)
    {
        if (message is null) w.StartList().EndList();
        else w.WriteRaw(MessageCodec.Encode(message));
    }

    private static bool TryReadHashes(ref RlpReader r, out List<Hash256> hashes)
    {
        hashes = [];
        if (!r.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (!list.TryReadHash(out Hash256 hash)) return false;
            hashes.Add(hash);
        }

        return true;
    }

    private static bool TryReadMessage<T>(ref RlpReader r, out T? message) where T : PorMessage
    {
        message = null;
        if (!r.TryReadRaw(out ReadOnlySpan<byte> encoded)) return false;
        if (encoded.SequenceEqual([(byte)0xc0])) return true;
        message = MessageCodec.TryDecode(encoded, out PorMessage? any) ? any as T : null;
        return message is not null;
    }

    private static bool TryReadProposal(ref RlpReader r, ulong height, out OwnProposal? proposal)
    {
        proposal = null;
        if (!r.TryReadList(out RlpReader p)) return false;
        if (p.AtEnd) return true;
        if (!p.TryReadUInt64(out ulong epoch) || !CertificateCodec.TryReadRound(ref p, out uint round) || !p.TryReadHash(out Hash256 hash)
            || !CertificateCodec.TryReadOptional(ref p, out TimeoutCertificate? tc) || !p.TryReadBytes(96, out byte[] signature) || !p.AtEnd)
        {
            return false;
        }

        proposal = new OwnProposal(epoch, height, round, hash, tc, signature);
        return true;
    }
}
