using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Node.Engines.Por;

/// <summary>Reads a block's money from the events of its transaction 0, and the verdict about its parent from the payload.</summary>
internal sealed class PorBlockReport(EpochStore epochs) : IBlockReport
{
    private static readonly AbiEvent SalaryAccrued = AbiEvent.Parse("SalaryAccrued(uint64 indexed,uint256,uint256,uint256)");

    public BlockReport Of(CommittedBlock committed)
    {
        Block block = committed.Block;
        PorExtraData extra = PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? read)
            ? read.Value
            : throw new InvalidDataException($"The extra data of committed block {block.Number} is malformed.");
        IReadOnlyList<LogEntry> logs = committed.Receipts[0].Logs;
        return new BlockReport(
            epochs.BenchOf(extra.Epoch)?.Find(extra.Producer)?.Identity ?? default,
            extra.Round,
            Sum(logs, ValidationPoolContract.IncomeTaken, 1, SystemContracts.ValidationPool),
            Sum(logs, ValidationPoolContract.PoolOpened, 4, SystemContracts.ValidationPool),
            Sum(logs, SalaryAccrued, 1, SystemContracts.Reputation, SystemContracts.GovernanceReputation),
            PoolOf(block));
    }

    private PoolReport? PoolOf(Block block)
    {
        if (block.Number <= 1 || !PorRules.TryReadPayload(block, out _, out BlockPayload? payload) || payload!.ParentCertificate is not { } certificate) return null;
        ulong parent = block.Number - 1;
        Bench bench = epochs.RecordOf(parent) is { } record && epochs.BenchOf(record.Epoch) is { } found
            ? found
            : throw new InvalidDataException($"The bench that voted about committed block {parent} is missing.");
        SlotBitmap against = SlotBitmap.Empty;
        foreach (CarriedVote vote in payload.Against) against = against.Union(vote.Votes.Signers);
        // The commit certificate is the verdict (protocol rule 4.2): a block whose child exists is valid.
        return new PoolReport(parent, "VALID", WeightOf(bench, certificate.Signers), WeightOf(bench, against), bench.TotalWeight);
    }

    private static UInt256 WeightOf(Bench bench, SlotBitmap signers)
    {
        UInt256 weight = UInt256.Zero;
        foreach (uint slot in signers.Slots()) weight += bench.WeightOf(slot);
        return weight;
    }

    private static UInt256 Sum(IReadOnlyList<LogEntry> logs, AbiEvent @event, int argument, params ReadOnlySpan<Address> contracts)
    {
        UInt256 sum = UInt256.Zero;
        foreach (LogEntry log in logs)
        {
            if (contracts.Contains(log.Address) && @event.TryDecode(log, out object[]? values)) sum += (UInt256)values[argument];
        }

        return sum;
    }
}
