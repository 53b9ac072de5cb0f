using BpDao.Core;
using BpDao.State.Ranges;
using BpDao.Synchronization.Snap;

namespace BpDao.Synchronization.Tests.Snap;

public enum Lie
{
    DropsAnAccount,
    ChangesAnAccount,
    SwapsAccounts,
    AddsAnAccount,
    LeavesTheProofOut,
    ChangesTheProof,
    SaysThereIsNothing,
    DropsASlot,
    ChangesASlot,
    SendsOtherCode,
    ChangesANode,
    SendsGarbage,
}

/// <summary>True answers made false.</summary>
internal static class Lies
{
    public static byte[] Tell(Lie lie, int code, byte[] payload)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out ulong id)) return payload;
        if (lie == Lie.SendsGarbage && (code & 1) != 0) return new RlpWriter().StartList().Write(id).Write([1, 2, 3]).EndList().ToArray();
        return code switch
        {
            SnapCode.AccountRange when lie <= Lie.SaysThereIsNothing && SnapAnswers.TryReadAccounts(ref r, out var accounts, out List<byte[]> proof)
                && accounts.Count > 2 => Accounts(lie, id, accounts, proof),
            SnapCode.StorageRanges when lie is Lie.DropsASlot or Lie.ChangesASlot && SnapAnswers.TryReadSlots(ref r, 1024, out var slots, out List<byte[]> proof)
                => Slots(lie, id, slots, proof),
            SnapCode.ByteCodes when lie == Lie.SendsOtherCode => Items(id, [[1, 2, 3]]),
            SnapCode.TrieNodes when lie == Lie.ChangesANode => Items(id, [[0xc2, 0x20, 0x01]]),
            _ => payload,
        };
    }

    private static byte[] Accounts(Lie lie, ulong id, List<(Hash256 Key, byte[] Slim)> accounts, List<byte[]> proof)
    {
        int middle = accounts.Count / 2;
        switch (lie)
        {
            case Lie.DropsAnAccount:
                accounts.RemoveAt(middle);
                break;
            case Lie.ChangesAnAccount:
                accounts[middle] = (accounts[middle].Key, new RlpWriter().StartList().Write(1).Write(1_000_000).Write([]).Write([]).EndList().ToArray());
                break;
            case Lie.SwapsAccounts:
                (accounts[middle - 1], accounts[middle]) = ((accounts[middle - 1].Key, accounts[middle].Slim), (accounts[middle].Key, accounts[middle - 1].Slim));
                break;
            case Lie.AddsAnAccount:
                accounts.Insert(middle, (HashSpace.Before(accounts[middle].Key)!.Value, accounts[middle].Slim));
                break;
            case Lie.LeavesTheProofOut:
                proof.Clear();
                break;
            case Lie.ChangesTheProof:
                if (proof.Count > 0) proof[^1][^1] ^= 1;
                else accounts.RemoveAt(middle);
                break;
            case Lie.SaysThereIsNothing:
                accounts.Clear();
                break;
        }

        RlpWriter w = new();
        w.StartList().Write(id).StartList();
        foreach ((Hash256 key, byte[] slim) in accounts) w.StartList().Write(key).WriteRaw(slim).EndList();
        w.EndList();
        SnapLists.WriteItems(w, proof);
        return w.EndList().ToArray();
    }

    private static byte[] Slots(Lie lie, ulong id, List<List<Leaf>> slots, List<byte[]> proof)
    {
        List<Leaf> longest = slots.MaxBy(s => s.Count)!;
        if (lie == Lie.DropsASlot) longest.RemoveAt(longest.Count / 2);
        else longest[0] = longest[0] with { Value = new byte[] { 0x7f } };
        RlpWriter w = new();
        w.StartList().Write(id).StartList();
        foreach (List<Leaf> of in slots)
        {
            w.StartList();
            foreach (Leaf slot in of) w.StartList().Write(slot.Key).Write(slot.Value.Span).EndList();
            w.EndList();
        }

        w.EndList();
        SnapLists.WriteItems(w, proof);
        return w.EndList().ToArray();
    }

    private static byte[] Items(ulong id, byte[][] items)
    {
        RlpWriter w = new();
        w.StartList().Write(id);
        SnapLists.WriteItems(w, items);
        return w.EndList().ToArray();
    }
}
