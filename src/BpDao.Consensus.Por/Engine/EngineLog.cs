using BpDao.Consensus.Por.Evidence;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>What operators read: one line a block, one a failed round with who was missing, and what they must act on.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "Block {BlockNumber} {BlockHash} by slot {Validator} in round {Round}: {TxCount} transactions, {GasUsed} gas, {Weight} % of the weight, {Milliseconds} ms, absent: {Absent}")]
    public static partial void Finalised(
        this ILogger logger, ulong blockNumber, Hash256 blockHash, uint validator, uint round, int txCount, ulong gasUsed, ulong weight, long milliseconds,
        string absent);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Round {Round} of block {BlockNumber} failed: slot {Validator} {Proposal}, {WeightFor} % for, {WeightAgainst} % against, silent: {Silent}")]
    public static partial void RoundFailed(
        this ILogger logger, uint round, ulong blockNumber, uint validator, string proposal, ulong weightFor, ulong weightAgainst, string silent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused block {BlockNumber} {BlockHash} by slot {Validator} in round {Round}: {Reason}")]
    public static partial void Refused(this ILogger logger, ulong blockNumber, Hash256 blockHash, uint validator, uint round, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Block {BlockNumber} is a safe-mode block: the system transaction failed with the smallest payload (rule 2.8)")]
    public static partial void SafeMode(this ILogger logger, ulong blockNumber);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody cheats (type, place, slots): {Evidence}")]
    public static partial void Contradicted(this ILogger logger, EvidenceItem evidence);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "This node's own key contradicts itself (type, place, slots): {Evidence}. Another machine signs with it: stop one of the two")]
    public static partial void Accused(this ILogger logger, EvidenceItem evidence);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Round {Round} of block {BlockNumber} is split: {WeightFor} % for block {BlockHash}, {WeightAgainst} % against it. Nodes judge the same block differently; compare versions and settings")]
    public static partial void Split(this ILogger logger, uint round, ulong blockNumber, Hash256 blockHash, ulong weightFor, ulong weightAgainst);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Alarm}: {Detail}. This key sits out until nothing it may have signed can be contradicted (rule 4.6)")]
    public static partial void RecordLost(this ILogger logger, string alarm, string detail);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Alarm}: {Detail}. This node has stopped signing; find out why before it is started again")]
    public static partial void Stopped(this ILogger logger, string alarm, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "The proposal for block {BlockNumber} round {Round} was not built as intended: {Reason}")]
    public static partial void NotBuilt(this ILogger logger, ulong blockNumber, uint round, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slot {Validator} holds {Weight} % of the weight: without it this network stops")]
    public static partial void HoldsAThird(this ILogger logger, uint validator, ulong weight);

    [LoggerMessage(Level = LogLevel.Information, Message = "Consensus starts at block {BlockNumber}, epoch {Epoch}: {Members} members, this node {Role}")]
    public static partial void Starts(this ILogger logger, ulong blockNumber, ulong epoch, int members, string role);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Above block {BlockNumber} and through epoch {Epoch} slots {Lost} count for nothing, as the operators agreed (--por.rescue)")]
    public static partial void Rescued(this ILogger logger, ulong blockNumber, ulong epoch, string lost);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Peer {Peer} sent {Length} bytes that are no message")]
    public static partial void NoMessage(this ILogger logger, PeerId peer, int length);
}
