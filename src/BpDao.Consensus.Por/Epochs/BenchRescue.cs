using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>What operators agree on off the chain when a third of the weight or more is lost for good, so that no quorum can ever decide anything
/// again (docs/consensus.md §10, dead network): above one block the lost slots count for nothing, through one epoch. A node that has it follows
/// another rule than one that has not; it is shown in <c>por_status</c>.</summary>
/// <param name="Height">The last block that counts with the whole bench.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Epoch">Of the block above it.</param>
/// <param name="UntilEpoch">The last epoch in which the lost slots count for nothing; the contracts have dropped them by then.</param>
/// <param name="Lost">Slots, ascending.</param>
/// <param name="Signatures">Of members that are left.</param>
public sealed record BenchRescue(
    ulong Height, Hash256 Hash, ulong Epoch, ulong UntilEpoch, IReadOnlyList<uint> Lost, IReadOnlyList<RescueSignature> Signatures)
{
    /// <summary>What the members that are left sign: digest of type 0x0B over hash:32 ‖ keccak256(rlp([untilEpoch, slot…])):32.</summary>
    public Hash256 Digest(SigningDomain domain)
    {
        RlpWriter w = new();
        w.StartList().Write(UntilEpoch);
        foreach (uint slot in Lost) w.Write((ulong)slot);
        return domain.Rescue(Epoch, Height, Hash, Keccak256.Hash(w.EndList().ToArray()));
    }

    public bool Covers(ulong height, ulong epoch) => height > Height && epoch <= UntilEpoch;

    /// <summary>The height that the network died at: only there can a QC1 of the whole bench be from before. Later ones would be of keys that were given up,
    /// and two of one round need share no honest voter.</summary>
    public bool IsFirst(ulong height) => height == Height + 1;

    /// <summary>The members that are left; null when nobody is.</summary>
    public Bench? RestOf(Bench bench) =>
        Bench.TryCreate(bench.Epoch, [.. bench.Members.Where(m => !Lost.Contains(m.Slot))], out Bench? rest) ? rest : null;

    /// <param name="bench">Of <see cref="Epoch"/>, whole.</param>
    /// <param name="weight">Of the members that are left and have signed, REP in wei.</param>
    /// <returns>What is wrong; null when more than two thirds of the rest have signed.</returns>
    public string? FaultOf(Bench bench, CertificateVerifier verifier, out UInt256 weight)
    {
        weight = UInt256.Zero;
        if (RestOf(bench) is not { } rest) return "nobody is left";
        Hash256 digest = Digest(verifier.Domain);
        foreach (RescueSignature signature in Signatures.DistinctBy(s => s.Slot))
        {
            if (rest.Find(signature.Slot) is not { } member) return $"slot {signature.Slot} is lost, or not on the bench of epoch {Epoch}";
            if (!verifier.IsSignedBy(member, digest, signature.Signature)) return $"the signature of slot {signature.Slot} is not its own";
            weight += member.Weight;
        }

        return rest.IsQuorum(weight) ? null : $"signed by {weight * 100 / rest.TotalWeight} % of the weight that is left; more than two thirds are needed";
    }
}

public sealed record RescueSignature(uint Slot, ReadOnlyMemory<byte> Signature);
