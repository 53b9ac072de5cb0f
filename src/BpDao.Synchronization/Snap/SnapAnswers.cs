using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>Answers as they came, read behind the id and not checked against anything. What they hold is bounded by
/// <see cref="SnapLimits.AnswerBytes"/>, which the session enforces.</summary>
internal static class SnapAnswers
{
    /// <summary>No answer; the shape of all with two lists.</summary>
    public static byte[] Nothing(ulong id, bool withProof)
    {
        RlpWriter w = new(16);
        w.StartList().Write(id).StartList().EndList();
        if (withProof) w.StartList().EndList();
        return w.EndList().ToArray();
    }

    /// <summary>The id of an answer or a request, which comes first.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> payload, out RlpReader rest, out ulong id)
    {
        id = 0;
        RlpReader outer = new(payload);
        return outer.TryReadList(out rest) && outer.AtEnd && rest.TryReadUInt64(out id);
    }

    /// <summary><c>[id, [[hash, slim], …], [node, …]]</c>. The slim account is a list inside, as others send it, or a string with the list in
    /// it, as the text has it.</summary>
    public static bool TryReadAccounts(ref RlpReader r, out List<(Hash256 Key, byte[] Slim)> accounts, out List<byte[]> proof)
    {
        accounts = [];
        proof = [];
        if (!r.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (!list.TryReadList(out RlpReader pair) || !pair.TryReadHash(out Hash256 key)) return false;
            ReadOnlySpan<byte> slim;
            if (!(pair.IsList ? pair.TryReadRaw(out slim) : pair.TryReadBytes(out slim)) || !pair.AtEnd) return false;
            accounts.Add((key, slim.ToArray()));
        }

        return SnapLists.TryReadItems(ref r, SnapLimits.ProofNodes, out proof) && r.AtEnd;
    }

    /// <summary><c>[id, [[[hash, value], …], …], [node, …]]</c>; the values are RLP, as in the trie.</summary>
    public static bool TryReadSlots(ref RlpReader r, int most, out List<List<Leaf>> slots, out List<byte[]> proof)
    {
        slots = [];
        proof = [];
        if (!r.TryReadList(out RlpReader accounts)) return false;
        while (!accounts.AtEnd)
        {
            if (slots.Count == most || !accounts.TryReadList(out RlpReader list)) return false;
            List<Leaf> of = [];
            while (!list.AtEnd)
            {
                if (!list.TryReadList(out RlpReader pair) || !pair.TryReadHash(out Hash256 key)
                    || !pair.TryReadBytes(out ReadOnlySpan<byte> value) || !pair.AtEnd || value.Length > 1 + UInt256.Size)
                {
                    return false;
                }

                of.Add(new Leaf(key, value.ToArray()));
            }

            slots.Add(of);
        }

        return SnapLists.TryReadItems(ref r, SnapLimits.ProofNodes, out proof) && r.AtEnd;
    }

    /// <summary><c>[id, [item, …]]</c>: codes or nodes.</summary>
    public static bool TryReadItems(ref RlpReader r, int most, [NotNullWhen(true)] out List<byte[]>? items) =>
        SnapLists.TryReadItems(ref r, most, out items) && r.AtEnd;
}
