"""What is put on paper or drawn: the timeline, the hand-off, the patient sheet, the services near. Pure: no clock, no network."""
