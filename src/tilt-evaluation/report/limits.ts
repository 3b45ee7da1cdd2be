/** What an evaluation on made-up behaviour cannot see; part of every report, so that no figure travels alone. */
export const limitsOfTheFigures: readonly string[] = [
  'The behaviour is synthetic. It was drawn from wide priors around published findings, not from people using this program; the figures say how the detector does on those assumptions.',
  'A label says that the generator changed the behaviour, not that a person was harmed. Nobody was asked how they felt.',
  'Facts are replayed and do not react: a pause or a lock would change what happens next, and that is not played.',
  'A trader whose ordinary days already are the drift (no calm past) looks normal to any personal baseline.',
  'Drift that leaves pace, sizes, hands, stops and settings as they were is not visible here, and decisions made away from the screen, on a phone or at another exchange are not either.',
  'Sessions with very few trades carry little evidence; see the figures by session length.',
  'Worst decile: traders are picked by the alarms being counted, so the plain figure lies above the truth when alarms are rare; the second one ranks and measures on different sessions.',
  'Intervals cover chance between the drawn traders only, not that the priors are wrong.',
];
