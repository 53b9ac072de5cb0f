using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Carries out what the state machine decides, one effect after the other. It decides nothing itself but when a block's time has come.</summary>
internal sealed class EffectRunner(
    EngineContext context, SafetyRules? safety, EngineInbox inbox, EngineTimers timers, BlockClock clock, ChainWorker worker, ProposalJob? proposals,
    BlockExchange exchange, EvidenceGossip evidence, EngineReport report)
{
    // Nobody honest is further ahead than a broken clock; what is, is forgotten.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private PorChainView? _view;

    /// <summary>A height begins.</summary>
    public void Begin(PorChainView view)
    {
        _view = view;
        timers.Stop(EngineTimers.Kind.BlockTime);
        timers.StopJudging();
    }

    public void CarryOut(PorEffect effect)
    {
        switch (effect)
        {
            case Broadcast m:
                context.Transport.Broadcast(MessageCodec.Encode(m.Message));
                break;
            case Relay m:
                context.Transport.Relay(m.From.GetValueOrDefault(), MessageCodec.Encode(m.Message));
                break;
            case Send { Message: BlockMessage } m:
                exchange.Answer(m.Peer, m.Message);
                break;
            case Send m:
                context.Transport.Send(m.Peer, MessageCodec.Encode(m.Message));
                break;
            case StartTimer m:
                TimeSpan wait = m.Round == 0 ? clock.UntilDue(_view!) : TimeSpan.Zero;
                timers.Start(EngineTimers.Kind.Round, wait + TimeSpan.FromMilliseconds(m.Milliseconds), new RoundExpired(m.Height, m.Round));
                break;
            case StartResend m:
                timers.Start(EngineTimers.Kind.Resend, TimeSpan.FromMilliseconds(Jittered(m.Milliseconds)), new ResendDue(m.Height));
                break;
            case AwaitBlockTime m:
                timers.Start(EngineTimers.Kind.BlockTime, clock.UntilDue(_view!), new BlockTimeReached(m.Height, m.Round));
                break;
            case BuildProposal m:
                if (safety?.Slot is { } slot) proposals?.Begin(m, _view!, slot);
                break;
            case Judge m:
                JudgeInTime(m.Block);
                break;
            case Commit m:
                worker.Commit(m.Block, m.Certificate);
                break;
            case AskBlock m:
                exchange.Ask(new GetBlockMessage(m.BlockHash), m.Hint, m.Attempt);
                break;
            case AskCertifiedBlock m:
                exchange.Ask(new GetCertificateMessage(m.Height), m.Hint, m.Attempt);
                break;
            case ServeBlock m:
                exchange.Serve(m);
                break;
            case ServeCertifiedBlock m:
                exchange.Serve(m);
                break;
            case ServeCertificate m:
                exchange.Serve(m);
                break;
            case BlockRefused m:
                report.Refused(m);
                break;
            case RoundFailed m:
                report.RoundFailed(m);
                break;
            case Contradiction m:
                evidence.Found(m.Evidence);
                break;
            case Misbehaviour m:
                context.Transport.Misbehaved(m.Peer, m.What);
                break;
            case Alarm m:
                report.Raise(m);
                break;
        }
    }

    private void JudgeInTime(Block block)
    {
        TimeSpan ahead = clock.UntilJudged(block);
        if (ahead <= TimeSpan.Zero) worker.Judge(block);
        else if (ahead > MaxWait || !timers.TryStartJudge(block.Hash, ahead, new JudgeDue(block))) inbox.Post(new BlockJudged(block.Hash, Judgement.Silent, (byte)BlockError.TimestampTooFarAhead));
    }

    // A fifth either way, so that stuck nodes do not all speak at once; it decides nothing.
    private static long Jittered(long milliseconds) => milliseconds - (milliseconds / 5) + Random.Shared.NextInt64((milliseconds * 2 / 5) + 1);
}
