using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.JsonRpc;

namespace BpDao.Node.Engines.Por;

/// <summary><c>por_*</c>: benches, leaders, pools, reputation, parameters and certificates. Heights, epochs, rounds and slots are JSON
/// numbers, amounts are decimal strings in wei.</summary>
internal sealed class PorRpcModule(BlockTree chain, IContractReader contracts, EpochStore epochs, Func<PorEngine?> engine) : IRpcModule
{
    private static readonly RpcError StateUnavailable = RpcError.Server("historical state is not available; it is kept for recent blocks only");
    private static readonly RpcError NoBlock = RpcError.Server("header not found");

    private delegate RpcResult OnState(BlockHeader header, IContractCaller caller);

    public string Namespace => "por";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("por_status", 0, 0, _ => At(BlockParameter.Latest, Status)),
        new("por_bench", 0, 1, BenchOf),
        new("por_producerAt", 0, 2, ProducerAt),
        new("por_pool", 1, 2, Pool),
        new("por_reputation", 1, 2, Reputation),
        new("por_parameters", 0, 1, Parameters),
        new("por_certificate", 1, 1, CertificateOf),
        new("por_evidence", 0, 0, _ => At(BlockParameter.Latest, (_, caller) => RpcResult.Of(w => PorEvidenceReport.Write(w, engine()?.Evidence ?? [], caller)))),
    ];

    private RpcResult Status(BlockHeader head, IContractCaller caller)
    {
        PorChainView view = PorChainView.Open(caller, epochs, head);
        uint leader = view.LeaderOf(0);
        new GovernanceContract(caller).TryLastBegun(out ulong lastBegun);
        return RpcResult.Of(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("height"u8, head.Number);
            w.WriteString("hash"u8, head.Hash.ToString());
            w.WriteNumber("epoch"u8, view.ParentRecord.Epoch);
            w.WriteNumber("position"u8, view.ParentRecord.Position);
            w.WriteNumber("epochLength"u8, view.Context.EpochLength);
            w.WriteNumber("safeModeBlocks"u8, head.Number - Math.Min(lastBegun, head.Number));
            w.WriteString("work"u8, view.Work.ToString());
            w.WriteNumber("bench"u8, view.Bench.Members.Count);
            w.WriteString("totalWeight"u8, view.Bench.TotalWeight.ToString());
            w.WriteStartObject("nextLeader"u8);
            WriteMember(w, leader, view.Bench);
            w.WriteEndObject();
            PorStatusReport.Write(w, epochs.Rescue);
            w.WritePropertyName("engine"u8);
            PorStatusReport.Write(w, engine()?.Status);
            w.WriteEndObject();
        });
    }

    /// <summary>(epoch): the present one when absent.</summary>
    private RpcResult BenchOf(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        ulong epoch = epochs.RecordOf(chain.Head.Number)?.Epoch ?? 0;
        if (!p.IsAbsent(0) && !p.Check(0, ReadNumber(p[0], out epoch))) return p.Fault;
        if (epochs.BenchOf(epoch) is not { } bench) return RpcResult.Null;
        return RpcResult.Of(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("epoch"u8, bench.Epoch);
            w.WriteString("totalWeight"u8, bench.TotalWeight.ToString());
            w.WriteStartArray("members"u8);
            foreach (BenchMember member in bench.Members)
            {
                w.WriteStartObject();
                WriteMember(w, member.Slot, bench);
                w.WriteString("key"u8, Hex.Encode(member.Key.Span));
                w.WriteString("weight"u8, member.Weight.ToString());
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteEndObject();
        });
    }

    /// <summary>(round, block): who leads that round of the block after that one.</summary>
    private RpcResult ProducerAt(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        ulong round = 0;
        if (!p.IsAbsent(0) && !p.Check(0, ReadNumber(p[0], out round))) return p.Fault;
        if (round > uint.MaxValue) return RpcError.InvalidParams("invalid argument 0: no such round");
        if (!p.Block(1, out BlockParameter block)) return p.Fault;
        return At(block, (header, caller) =>
        {
            PorChainView view = PorChainView.Open(caller, epochs, header);
            uint slot = view.LeaderOf((uint)round);
            return RpcResult.Of(w =>
            {
                w.WriteStartObject();
                w.WriteNumber("height"u8, view.Height);
                w.WriteNumber("round"u8, round);
                WriteMember(w, slot, view.Bench);
                w.WriteEndObject();
            });
        });
    }

    /// <summary>(height, block): the pool as the state after that block has it.</summary>
    private RpcResult Pool(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Check(0, ReadNumber(p[0], out ulong height)) || !p.Block(1, out BlockParameter block)) return p.Fault;
        return At(block, (_, caller) =>
        {
            if (!new ValidationPoolContract(caller).TryPool(height, out BlockPool pool) || pool.State == PoolState.None) return RpcResult.Null;
            return RpcResult.Of(w =>
            {
                w.WriteStartObject();
                w.WriteNumber("height"u8, height);
                w.WriteString("state"u8, pool.State.ToString().ToUpperInvariant());
                w.WriteNumber("epoch"u8, pool.Epoch);
                w.WriteNumber("producer"u8, pool.Producer);
                w.WriteString("producerHalf"u8, pool.ProducerHalf.ToString());
                w.WriteString("policingHalf"u8, pool.PolicingHalf.ToString());
                w.WriteString("income"u8, pool.Income.ToString());
                w.WriteString("totalWeight"u8, pool.TotalWeight.ToString());
                w.WriteString("forWeight"u8, pool.ForWeight.ToString());
                w.WriteString("lateWeight"u8, pool.LateWeight.ToString());
                w.WriteString("againstWeight"u8, pool.AgainstWeight.ToString());
                w.WriteNumber("settlesAt"u8, pool.SettlesAt);
                w.WriteEndObject();
            });
        });
    }

    /// <summary>(identity, block).</summary>
    private RpcResult Reputation(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Address(0, out Address identity) || !p.Block(1, out BlockParameter block)) return p.Fault;
        return At(block, (_, caller) =>
        {
            ReputationContract reputation = ReputationContract.Rep(caller);
            if (!reputation.TryBalanceOf(identity, out UInt256 balance) || !reputation.TryFreeOf(identity, out UInt256 free)
                || !reputation.TryUnpaidSalary(identity, out UInt256 unpaid) || !reputation.TryTotalBalances(out UInt256 supply))
            {
                return RpcError.Server("the Reputation contract does not answer");
            }

            return RpcResult.Of(w =>
            {
                w.WriteStartObject();
                w.WriteString("identity"u8, identity.ToString());
                w.WriteString("balance"u8, balance.ToString());
                w.WriteString("free"u8, free.ToString());
                w.WriteString("unpaidSalary"u8, unpaid.ToString());
                w.WriteString("supply"u8, supply.ToString());
                w.WriteEndObject();
            });
        });
    }

    /// <summary>(block): parameters in force, each with its unit.</summary>
    private RpcResult Parameters(RpcCall call)
    {
        if (!call.Parameters.Block(0, out BlockParameter block)) return call.Parameters.Fault;
        return At(block, (header, caller) =>
        {
            PorChainView view = PorChainView.Open(caller, epochs, header);
            if (!view.Contract.TryParameters(out UInt256[] values)) return RpcError.Server("the Work contract does not answer");
            return RpcResult.Of(w =>
            {
                w.WriteStartObject();
                foreach (WorkParameter parameter in WorkParameters.All)
                {
                    if (parameter.Id >= values.Length) continue;
                    w.WriteStartObject(parameter.Name);
                    w.WriteString("value"u8, values[parameter.Id].ToString());
                    w.WriteString("unit"u8, parameter.Unit);
                    w.WriteEndObject();
                }

                w.WriteEndObject();
            });
        });
    }

    /// <summary>(height): the certificate that made that block final.</summary>
    private RpcResult CertificateOf(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Check(0, ReadNumber(p[0], out ulong height))) return p.Fault;
        if (chain.HeaderByNumber(height) is not { } header || chain.CertificateByNumber(height) is not { } bytes
            || !CertificateCodec.TryDecode(bytes, out Certificate? certificate) || !PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra)
            || epochs.BenchOf(extra.Value.Epoch) is not { } bench)
        {
            return RpcResult.Null;
        }

        return RpcResult.Of(w =>
        {
            UInt256 weight = UInt256.Zero;
            w.WriteStartObject();
            w.WriteNumber("height"u8, height);
            w.WriteString("hash"u8, header.Hash.ToString());
            w.WriteNumber("epoch"u8, extra.Value.Epoch);
            w.WriteNumber("round"u8, certificate.Round);
            w.WriteNumber("scheme"u8, extra.Value.Scheme);
            w.WriteStartArray("signers"u8);
            foreach (uint slot in certificate.Signers.Slots())
            {
                weight += bench.WeightOf(slot);
                w.WriteNumberValue(slot);
            }

            w.WriteEndArray();
            w.WriteString("weight"u8, weight.ToString());
            w.WriteString("totalWeight"u8, bench.TotalWeight.ToString());
            w.WriteString("signatures"u8, Hex.Encode(certificate.Signatures.Span));
            w.WriteEndObject();
        });
    }

    private RpcResult At(BlockParameter block, OnState answer)
    {
        BlockHeader? header = block.Kind switch
        {
            BlockParameterKind.Number => chain.HeaderByNumber(block.Number),
            BlockParameterKind.Hash => chain.HeaderByHash(block.Hash),
            _ => chain.Head,
        };
        if (header is null) return NoBlock;
        return contracts.At(header.Hash) is { } caller ? answer(header, caller) : StateUnavailable;
    }

    private static void WriteMember(Utf8JsonWriter w, uint slot, Bench bench)
    {
        w.WriteNumber("slot"u8, slot);
        if (bench.Find(slot) is { } member) w.WriteString("identity"u8, member.Identity.ToString());
        else w.WriteNull("identity"u8);
    }

    /// <summary>A JSON number, or a quantity as in <c>eth_*</c>.</summary>
    private static string? ReadNumber(JsonElement element, out ulong number)
    {
        number = 0;
        if (element.ValueKind != JsonValueKind.Number) return RpcReading.ReadQuantity(element, out number);
        return element.TryGetUInt64(out number) ? null : "want a whole number";
    }
}
