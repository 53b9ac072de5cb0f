using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>RLP of a bench (protocol rule 3.1): <c>[epoch, [[slot, identity, key, weight]…]]</c> by ascending slot.</summary>
public static class BenchRecord
{
    public static byte[] Encode(Bench bench)
    {
        RlpWriter writer = new(64 * bench.Members.Count);
        Write(writer, bench);
        return writer.ToArray();
    }

    public static void Write(RlpWriter writer, Bench bench)
    {
        writer.StartList().Write(bench.Epoch).StartList();
        foreach (BenchMember member in bench.Members)
        {
            writer.StartList().Write((ulong)member.Slot).Write(member.Identity).Write(member.Key.Span).Write(member.Weight).EndList();
        }

        writer.EndList().EndList();
    }

    /// <summary>keccak256 of the record: what Availability keeps.</summary>
    public static Hash256 HashOf(Bench bench) => Keccak256.Hash(Encode(bench));

    /// <summary>All of the input.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Bench? bench)
    {
        RlpReader reader = new(encoded);
        return TryReadOptional(ref reader, out bench) && bench is not null && reader.AtEnd;
    }

    /// <summary>Null for an empty list.</summary>
    public static bool TryReadOptional(ref RlpReader reader, out Bench? bench)
    {
        bench = null;
        if (!reader.TryReadList(out RlpReader r)) return false;
        if (r.AtEnd) return true;
        if (!r.TryReadUInt64(out ulong epoch) || !r.TryReadList(out RlpReader items) || !r.AtEnd) return false;
        List<BenchMember> members = [];
        while (!items.AtEnd)
        {
            if (members.Count == Bench.MaxMembers || !items.TryReadList(out RlpReader m) || !m.TryReadUInt64(out ulong slot) || slot > uint.MaxValue
                || !m.TryReadAddress(out Address identity) || !m.TryReadBytes(Bench.MaxKey, out byte[] key) || !m.TryReadUInt256(out UInt256 weight) || !m.AtEnd)
            {
                return false;
            }

            members.Add(new BenchMember((uint)slot, identity, key, weight));
        }

        return Bench.TryCreate(epoch, members, out bench);
    }
}
