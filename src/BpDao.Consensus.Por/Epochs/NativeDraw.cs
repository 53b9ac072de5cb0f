using System.Buffers.Binary;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>The plain weighted draw of protocol rule 4.1 over a bench, for heights at which no contract names a leader (protocol rule 2.8).</summary>
public static class NativeDraw
{
    /// <summary>From this round on nobody is skipped.</summary>
    public const uint SkippingRounds = 32;

    /// <summary>u = keccak256("lead" ‖ mix ‖ height:8 ‖ round:4).</summary>
    public static UInt256 PointOf(Hash256 parentMix, ulong height, uint round)
    {
        Span<byte> preimage = stackalloc byte[48];
        "lead"u8.CopyTo(preimage);
        parentMix.Bytes.CopyTo(preimage[4..]);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[36..], height);
        BinaryPrimitives.WriteUInt32BigEndian(preimage[44..], round);
        return UInt256.FromHash(Keccak256.Hash(preimage));
    }

    public static uint LeaderOf(Bench bench, Hash256 parentMix, ulong height, uint round)
    {
        HashSet<uint> drawn = [];
        if (round < SkippingRounds)
        {
            for (uint r = 0; r < round; r++)
            {
                drawn.Add(Draw(bench, PointOf(parentMix, height, r), drawn));
                if (drawn.Count == bench.Members.Count) drawn.Clear();
            }
        }

        return Draw(bench, PointOf(parentMix, height, round), drawn);
    }

    private static uint Draw(Bench bench, UInt256 point, HashSet<uint> excluded)
    {
        UInt256 total = UInt256.Zero;
        foreach (BenchMember member in bench.Members)
        {
            if (!excluded.Contains(member.Slot)) total += member.Weight;
        }

        point %= total;
        foreach (BenchMember member in bench.Members)
        {
            if (excluded.Contains(member.Slot)) continue;
            if (point < member.Weight) return member.Slot;
            point -= member.Weight;
        }

        throw new InvalidOperationException("A point below the total lies in no member's part.");
    }
}
