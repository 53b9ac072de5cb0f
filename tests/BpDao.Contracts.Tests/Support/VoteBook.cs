using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Votes about the last blocks: what the next proposers may carry.</summary>
internal sealed class VoteBook(CertificateVerifier verifier, Func<uint, TestProducer> keys)
{
    private readonly Dictionary<ulong, Entry> _entries = [];

    public Certificate? CertificateOf(ulong height) => _entries.TryGetValue(height, out Entry? entry) ? entry.Commit : null;

    public Certificate Sign(MessageKind kind, ulong epoch, ulong height, uint round, Hash256 block, params IEnumerable<uint> slots)
    {
        uint[] signers = [.. slots.Distinct().Order()];
        Hash256 digest = verifier.Domain.Vote(kind, epoch, height, round, block);
        return new Certificate(round, SlotBitmap.Of(signers), Join(digest, signers));
    }

    public TimeoutCertificate SignTimeout(ulong epoch, ulong height, uint round, params IEnumerable<uint> slots)
    {
        uint[] signers = [.. slots.Distinct().Order()];
        Hash256 digest = verifier.Domain.Timeout(epoch, height, round, 0, Hash256.Zero);
        return new TimeoutCertificate(round, [new TimeoutGroup(0, Hash256.Zero, SlotBitmap.Of(signers), Join(digest, signers))], null);
    }

    public void Close(BlockHeader block, ulong epoch, Certificate commit, BlockPlan plan)
    {
        _entries[block.Number] = new Entry(block.Hash, epoch, commit, plan.AgainstSlots, [.. plan.LateVotes.Select(l => (l.Slot, block.Number + 1 + l.Blocks))]);
    }

    public IReadOnlyList<CarriedVote> Against(ulong height)
    {
        if (!_entries.TryGetValue(height, out Entry? e) || e.Against.Length == 0) return [];
        return [new CarriedVote(height, MessageKind.Vote1Against, Sign(MessageKind.Vote1Against, e.Epoch, height, e.Commit.Round, e.Hash, e.Against))];
    }

    /// <summary>What waits for block <paramref name="at"/>.</summary>
    public IReadOnlyList<CarriedVote> Late(ulong at)
    {
        List<CarriedVote> items = [];
        foreach ((ulong height, Entry e) in _entries)
        {
            uint[] slots = [.. e.Late.Where(l => l.At == at).Select(l => l.Slot)];
            if (slots.Length > 0) items.Add(new CarriedVote(height, MessageKind.Vote2, Sign(MessageKind.Vote2, e.Epoch, height, e.Commit.Round, e.Hash, slots)));
        }

        return items;
    }

    private byte[] Join(Hash256 digest, uint[] signers) =>
        verifier.Scheme.Join([.. signers.Select(s => (ReadOnlyMemory<byte>)keys(s).Sign(digest))]);

    private sealed record Entry(Hash256 Hash, ulong Epoch, Certificate Commit, uint[] Against, IReadOnlyList<(uint Slot, ulong At)> Late);
}
